import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, inputsOf } from '../golden.ts'
import { deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { zigZagStep } from './zig-zag.ts'

describe('zigZag', () => {
  it.each(['extremes', 'closes'] as const)('gives the values of an independent computation: %s', of => {
    expect(run(zigZagStep({ percent: 0.5, of }), bars)).toEqual(inputsOf(`zigZag(0.5, ${of})`))
  })

  it('is silent on a flat market', () => {
    const bar = { at: 1 as Micros, high: 5, low: 5, close: 5 }
    expect(run(zigZagStep({ percent: 0.01 }), [bar, bar, bar])).toEqual([])
  })

  it('refuses moves of nothing', () => {
    expect(() => zigZagStep({ percent: 0 })).toThrow('above 0, found 0')
  })
})

describe.runIf(hasPublished)(publishedOrNot, () => {
  it.each(['zigzag.standard', 'zigzag-close.standard'])('%s: the turning points, at their own bars', file => {
    const inputs = hasPublished ? publishedBars() : []
    // The first is not published: it is the extreme since the first bar.
    const [, ...turns] = run(zigZagStep({ percent: 5, of: 'closes' }), inputs)
    const byBar = new Map(turns.map(({ barAt, level }) => [barAt, level]))
    const ours = inputs.map(({ at }) => byBar.get(at) ?? null)
    expect(turns).toHaveLength(10)
    expect(deviation(ours, file, 'zigZag').worst).toBeLessThan(1e-12)
  })
})
