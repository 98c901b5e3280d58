import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { smiStep } from './smi.ts'

describe('smi', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('smi(5, 4, 2, 3)', run(smiStep({ length: 5, first: 4, second: 2, signal: 3 }), bars))).toBeLessThan(
      1e-12,
    )
  })

  it('has no value while no window had a range', () => {
    const flat = { high: 0.1, low: 0.1, close: 0.1 }
    const step = smiStep({ length: 2, first: 2, second: 2, signal: 2 })
    expect(run(step, [flat, flat, flat])).toEqual([])
    const stand = new Array<typeof flat>(2_000).fill(flat)
    expect(run(step, [{ high: 4, low: 1, close: 2 }, ...stand]).length).toBeLessThan(1_000)
  })

  it('refuses a length that is no whole number', () => {
    for (const second of [0, 2.5, Number.NaN])
      expect(() => smiStep({ length: 5, first: 4, second, signal: 3 })).toThrow(
        `second is an integer of at least 1, found ${second}`,
      )
  })
})
