import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { hilbertTrendlineStep } from './hilbert-trendline.ts'

describe('hilbertTrendline', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('hilbertTrendline', run(hilbertTrendlineStep(), closes))).toBeLessThan(1e-13)
  })

  it('stays on a flat market', () => {
    const flat = run(hilbertTrendlineStep(), new Array(100).fill(0.1)).map(({ trendline }) => trendline)
    expect(new Set(flat)).toEqual(new Set([0.1]))
  })

  it('finds the length of a cycle', () => {
    const wave = Array.from({ length: 300 }, (_, i) => 100 + Math.sin((2 * Math.PI * i) / 20))
    expect(run(hilbertTrendlineStep(), wave).at(-1)!.period).toBe(20)
  })
})
