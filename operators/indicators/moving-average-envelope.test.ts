import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { movingAverageEnvelopeStep } from './moving-average-envelope.ts'

describe('movingAverageEnvelope', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf(
        'movingAverageEnvelope(5, 2.5)',
        run(movingAverageEnvelopeStep({ length: 5, offsetPercent: 2.5 }), closes),
      ),
    ).toBeLessThan(1e-14)
  })

  it('keeps its width on a flat market', () => {
    const flat = run(movingAverageEnvelopeStep({ length: 2, offsetPercent: 50 }), [4, 4])
    expect(flat).toEqual([{ lower: 2, middle: 4, upper: 6 }])
  })

  it('refuses a length that is no whole number of inputs, and bands on the mean', () => {
    const options = { length: 2, offsetPercent: 1 }
    expect(() => movingAverageEnvelopeStep({ ...options, length: 0 })).toThrow('at least 1, found 0')
    expect(() => movingAverageEnvelopeStep({ ...options, offsetPercent: 0 })).toThrow('above 0, found 0')
  })
})
