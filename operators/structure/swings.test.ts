import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, inputsOf } from '../golden.ts'
import { deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { swingsStep } from './swings.ts'

describe('swings', () => {
  it('gives the values of an independent computation', () => {
    expect(run(swingsStep({ span: 2 }), bars)).toEqual(inputsOf('swings(2)'))
  })

  it('takes the earliest of equal extremes', () => {
    const inputs = [1, 5, 5, 3, 1].map((high, i) => ({ at: i as Micros, high, low: 0 }))
    expect(run(swingsStep({ span: 1 }), inputs)).toEqual([{ at: 2, barAt: 1, direction: 1, level: 5 }])
  })

  it('is silent on a flat market', () => {
    const bar = { at: 1 as Micros, open: 5, high: 5, low: 5, close: 5 }
    expect(run(swingsStep({ span: 1 }), [bar, bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span that is no whole number of bars', () => {
    for (const span of [0, 1.5]) expect(() => swingsStep({ span })).toThrow(`at least 1, found ${span}`)
  })
})

describe.runIf(hasPublished)(publishedOrNot, () => {
  const inputs = hasPublished ? publishedBars() : []
  const found = run(swingsStep({ span: 2 }), inputs)
  // Published at their own bars, two bars before they are known.
  const levels = (direction: number) => {
    const known = new Map(
      found.filter(swing => swing.direction === direction).map(({ barAt, level }) => [barAt, level]),
    )
    return inputs.map(({ at }) => known.get(at) ?? null)
  }

  it.each([
    ['pivots.standard', 'highPoint', 1],
    ['pivots.standard', 'lowPoint', -1],
    ['fractal.standard', 'fractalBear', 1],
    ['fractal.standard', 'fractalBull', -1],
  ])('%s: %s', (file, field, direction) => {
    const { unmatched, worst } = deviation(levels(direction), file, field)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })
})
