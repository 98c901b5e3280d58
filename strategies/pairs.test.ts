import { describe, expect, it } from 'vitest'
import { instrumentFor } from '../engine/market/definitions.ts'
import type { Intent } from '../engine/market/order.ts'
import { quote } from '../engine/market/quote.ts'
import { outputsOf } from '../engine/testing/operator/running.ts'
import type { Arrival } from '../engine/testing/operator/tape.ts'
import { pairs } from './pairs.ts'

const names = ['EURUSD', 'GBPUSD'] as const
const opening: readonly Arrival[] = names.map(name => ({
  topic: 'instruments',
  key: name,
  record: { ...instrumentFor(name) },
}))

/** Both legs once a second, the first at the given price and the second at 1. */
const tape = (...prices: readonly number[]): readonly Arrival[] =>
  prices.flatMap((price, second) =>
    names.map((key, i) => ({
      topic: 'quotes',
      key,
      record: { ...quote({ at: second * 1_000_000 + i, bid: i === 0 ? price : 1, ask: i === 0 ? price : 1 }) },
    })),
  )

const ordered = (prices: readonly number[], more: Readonly<Record<string, number>> = {}): readonly string[] => {
  const pipeline = pairs.build({ barMs: 1000, window: 5, enter: 1.5, leave: 0.5, lots: 6, otherLots: 5, ...more })
  return outputsOf(pipeline, [...opening, ...tape(...prices)]).map(({ key, value }) => {
    const { side, lots } = value as Intent
    return `${key} ${side} ${lots}`
  })
}

const calm = [1, 1.001, 1, 0.999, 1, 1.001, 1, 0.999]

describe('pairs', () => {
  it('sells the dearer leg, buys the cheaper one, and closes both when they are back', () => {
    expect(ordered([...calm, 1.02, 1, 1, 1])).toEqual([
      'EURUSD sell 6',
      'GBPUSD buy 5',
      'EURUSD buy 6',
      'GBPUSD sell 5',
    ])
  })

  it('buys the first where it is the cheaper', () => {
    expect(ordered([...calm, 0.98, 0.98]).slice(0, 2)).toEqual(['EURUSD buy 6', 'GBPUSD sell 5'])
  })

  it('does nothing while both are as far from each other as ever', () => {
    expect(ordered(calm, { enter: 3 })).toEqual([])
    expect(ordered(Array.from({ length: 20 }, () => 1))).toEqual([])
  })

  it('does nothing with one leg', () => {
    const alone = tape(...calm, 2, 1, 2).filter(({ key }) => key === 'EURUSD')
    expect(outputsOf(pairs.build(), [...opening, ...alone])).toEqual([])
  })
})
