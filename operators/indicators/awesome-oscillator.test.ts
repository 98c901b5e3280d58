import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { awesomeOscillatorStep } from './awesome-oscillator.ts'

describe('awesomeOscillator', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('awesomeOscillator(3, 8)', run(awesomeOscillatorStep({ fast: 3, slow: 8 }), bars))).toBeLessThan(
      1e-12,
    )
  })

  it('is 0 on a flat market', () => {
    const flat = { high: 0.3, low: 0.1 }
    expect(run(awesomeOscillatorStep({ fast: 2, slow: 3 }), [flat, flat, flat, flat])).toEqual([0, 0])
  })

  it('refuses a slow length that is not the longer', () => {
    expect(() => awesomeOscillatorStep({ fast: 3, slow: 3 })).toThrow('slow is above fast 3, found 3')
    expect(() => awesomeOscillatorStep({ fast: 0, slow: 3 })).toThrow('fast is an integer of at least 1')
  })
})
