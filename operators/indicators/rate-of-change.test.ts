import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { rateOfChangeStep } from './rate-of-change.ts'

describe('rateOfChange', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('rateOfChange(3)', run(rateOfChangeStep({ lag: 3 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(rateOfChangeStep({ lag: 2 }), [0.1, 0.1, 0.1, 0.1])).toEqual([0, 0])
  })

  it('refuses a length that is no whole number', () => {
    for (const lag of [0, 2.5, Number.NaN])
      expect(() => rateOfChangeStep({ lag })).toThrow(`lag is an integer of at least 1, found ${lag}`)
  })
})
