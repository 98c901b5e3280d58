import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { previousHighLowStep } from './previous-high-low.ts'

describe('previousHighLow', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('previousHighLow(300000)', run(previousHighLowStep({ spanMs: 300_000 }), bars))).toBeLessThan(1e-12)
  })

  it('passes over spans without bars, and counts a late bar to the running one', () => {
    const bar = (ms: number, high: number) => ({ start: 1000 * ms, high, low: 1 })
    const inputs = [bar(0, 5), bar(70, 6), bar(5, 9), bar(80, 2)]
    expect(run(previousHighLowStep({ spanMs: 10 }), inputs).map(({ high }) => high)).toEqual([5, 5, 9])
  })

  it('refuses a span that is none', () => {
    expect(() => previousHighLowStep({ spanMs: 0 })).toThrow('spanMs is positive, found 0')
  })
})
