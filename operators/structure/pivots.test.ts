import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, inputsOf } from '../golden.ts'
import { deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { pivotsStep } from './pivots.ts'

describe('pivots', () => {
  it('gives the values of an independent computation', () => {
    expect(run(pivotsStep({ span: 2, within: 8 }), bars)).toEqual(inputsOf('pivots(2, 8)'))
  })

  it('is silent on a flat market', () => {
    const bar = { at: 1 as Micros, high: 5, low: 5 }
    expect(run(pivotsStep({ span: 1, within: 20 }), [bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span and an age that are no whole numbers of bars', () => {
    expect(() => pivotsStep({ span: 0, within: 20 })).toThrow('span is an integer of at least 1, found 0')
    expect(() => pivotsStep({ span: 2, within: 0.5 })).toThrow('within is an integer of at least 1, found 0.5')
  })
})

describe.runIf(hasPublished)(publishedOrNot, () => {
  const inputs = hasPublished ? publishedBars() : []
  const found = run(pivotsStep({ span: 2, within: 20 }), inputs)
  // Published by a number for each of the four trends; a line between two pivots has its trend all along.
  const trends = (direction: number, rising: number, falling: number) => {
    const known = found.filter(pivot => pivot.direction === direction && pivot.trend !== 0)
    const byBar = new Map(known.map(({ barAt, trend }) => [barAt, trend > 0 ? rising : falling]))
    return inputs.map(({ at }) => byBar.get(at) ?? null)
  }

  it.each([
    ['highTrend', trends(1, 0, 1)],
    ['lowTrend', trends(-1, 2, 3)],
  ])('pivots.standard: %s, at the pivots', (name, ours) => {
    expect(ours.filter(trend => trend !== null).length).toBeGreaterThan(50)
    expect(deviation(ours, 'pivots.standard', name).worst).toBe(0)
  })
})
