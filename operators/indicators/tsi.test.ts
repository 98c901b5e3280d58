import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { tsiStep } from './tsi.ts'

describe('tsi', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('tsi(5, 3, 4)', run(tsiStep({ long: 5, short: 3, signal: 4 }), closes))).toBeLessThan(1e-12)
  })

  it('is 100 in a market that only rises, and has no value while nothing has moved', () => {
    const step = tsiStep({ long: 2, short: 2, signal: 1 })
    expect(run(step, [1, 2, 3, 5])).toEqual([{ tsi: 100, signal: 100 }])
    expect(run(step, [3, 3, 3, 3, 3])).toEqual([])
    expect(run(step, [1, 2, ...new Array<number>(2_000).fill(3)]).length).toBeLessThan(1_000)
  })

  it('refuses a length that is no whole number', () => {
    for (const short of [0, 2.5, Number.NaN])
      expect(() => tsiStep({ long: 5, short, signal: 4 })).toThrow(`short is an integer of at least 1, found ${short}`)
  })
})
