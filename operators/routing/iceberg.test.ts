import { describe, expect, it } from 'vitest'
import { pipeline } from '../../engine/flow/pipeline.ts'
import type { Intent } from '../../engine/market/order.ts'
import type { Target } from '../../engine/market/target.ts'
import type { Stamped, Topic } from '../../engine/market/topic.ts'
import type { Lots } from '../../engine/market/units.ts'
import { outputsOf } from '../../engine/testing/operator/running.ts'
import type { Arrival } from '../../engine/testing/operator/tape.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { iceberg, icebergStep } from './iceberg.ts'
import { marketOrder } from './market-order.ts'

const targets: Topic<Target & Stamped> = {
  name: 'targets',
  schema: { id: 9_901, name: 'target', fields: ['lots', 'price'].map(name => ({ name, type: 'f64', unit: '' })) },
}
const wish = (lots: number): Arrival => ({ topic: 'targets', key: 'A', record: { at: 0, lots, price: 5 } as never })
const filled = (side: 'buy' | 'sell', lots: number): Arrival => ({
  topic: 'fills',
  key: 'A',
  record: { at: 0, orderId: 'o', side, lots, price: 1, fee: 0, quoteAgeUs: 0 } as never,
})

/** What is ordered at the market behind it. */
const ordered = (...tape: readonly Arrival[]): readonly string[] => {
  const graph = pipeline({
    name: 'parts',
    reads: { targets },
    graph: ({ targets }) => targets.pipe(iceberg({ showLots: 3 }), marketOrder({ timeInForce: 'GTC' })),
  })
  return outputsOf(graph.build(), tape).map(({ value }) => `${(value as Intent).side} ${(value as Intent).lots}`)
}

describe('iceberg', () => {
  it('orders the next part when the one before is filled', () => {
    const tape = [wish(8), wish(8), filled('buy', 3), wish(8), filled('buy', 3), wish(8), filled('buy', 2), wish(8)]
    expect(ordered(...tape)).toEqual(['buy 3', 'buy 3', 'buy 2'])
  })

  it('fills up what a partial fill has left open', () => {
    expect(ordered(wish(8), filled('buy', 1), wish(8))).toEqual(['buy 3', 'buy 1'])
  })

  it('goes down in parts, too, and through flat', () => {
    const tape = [wish(2), filled('buy', 2), wish(-4), filled('sell', 3), wish(-4)]
    expect(ordered(...tape)).toEqual(['buy 2', 'sell 3', 'sell 3'])
  })

  it('passes on what is small enough', () => {
    expect(run(icebergStep({ showLots: 3 }), [{ lots: -2 as Lots, price: 5 }])).toEqual([{ lots: -2, price: 5 }])
  })

  it('refuses a part that is none', () => {
    for (const showLots of [0, 1.5, Number.NaN]) expect(() => icebergStep({ showLots })).toThrow(`found ${showLots}`)
  })
})
