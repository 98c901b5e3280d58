import { of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { quote } from '../market/quote.ts'
import { quotes, trades } from '../market/topics.ts'
import { trade } from '../market/trade.ts'
import { running } from '../testing/operator/running.ts'
import type { Arrival } from '../testing/operator/tape.ts'
import { type AsOf, asOf } from './as-of.ts'
import { flowOf } from './flow.ts'
import { map } from './map.ts'
import { pipeline } from './pipeline.ts'

const quoted = (ms: number, bid: number, key = 'A'): Arrival => ({
  topic: 'quotes',
  key,
  record: { ...quote({ at: ms * 1000, bid, ask: bid + 1 }) },
})
const traded = (ms: number, price: number, key = 'A'): Arrival => ({
  topic: 'trades',
  key,
  record: { ...trade({ at: ms * 1000, price, size: 1 }) },
})

const inForce = pipeline({
  name: 'in-force',
  reads: { trades, quotes },
  graph: ({ trades, quotes }) => trades.pipe(asOf(quotes, { maxAgeMs: 10 })),
}).build()

describe.each(['fused', 'plain'] as const)('asOf in a %s graph', mode => {
  const joined = (...arrivals: readonly Arrival[]): string[] => {
    const run = running(inForce, mode)
    for (const arrival of arrivals) run.feed(arrival)
    return run.outputs.map(({ key, value }) => {
      const { at, left, right } = value as AsOf<{ price: number }, { bid: number }>
      return `${key} at ${at}: ${left.price} with ${right.bid}`
    })
  }

  it('joins each record with the latest of the other topic, of its key', () => {
    const arrivals = [quoted(0, 1), quoted(0, 50, 'B'), traded(1, 5), quoted(2, 2), traded(3, 6), traded(4, 7, 'B')]
    expect(joined(...arrivals)).toEqual(['A at 1000: 5 with 1', 'A at 3000: 6 with 2', 'B at 4000: 7 with 50'])
  })

  it('gives nothing before the other side has come, nor when it is too old', () => {
    expect(joined(traded(0, 5), quoted(1, 1), traded(11, 6), traded(11.001, 7))).toEqual(['A at 11000: 6 with 1'])
  })

  it('lets the order of the mailbox decide between equal times', () => {
    expect(joined(quoted(1, 1), traded(1, 5), quoted(1, 2), traded(1, 6))).toEqual([
      'A at 1000: 5 with 1',
      'A at 1000: 6 with 2',
    ])
  })

  it('ignores what is older than the latest it has heard', () => {
    expect(joined(quoted(5, 1), quoted(4, 2), traded(6, 5))).toEqual(['A at 6000: 5 with 1'])
  })

  it('joins with a flow of its own operators', () => {
    const wide = map('wide', (q: { at: ReturnType<typeof quote>['at']; bid: number; ask: number }) =>
      q.bid > 1 ? { at: q.at, bid: 10 * q.bid } : undefined,
    )
    const graph = pipeline({
      name: 'wide-in-force',
      reads: { trades, quotes },
      graph: ({ trades, quotes }) => trades.pipe(asOf(quotes.pipe(wide), { maxAgeMs: 10 })),
    }).build()
    const run = running(graph, mode)
    for (const arrival of [quoted(0, 1), traded(1, 5), quoted(2, 2), traded(3, 6)]) run.feed(arrival)
    expect(run.outputs).toMatchObject([{ value: { at: 3000, left: { price: 6 }, right: { at: 2000, bid: 20 } } }])
  })
})

describe('asOf', () => {
  it('hears nothing in plain RxJS', () => {
    const joined: unknown[] = []
    of(trade({ at: 0, price: 1, size: 1 }))
      .pipe(asOf(flowOf(quotes), { maxAgeMs: 10 }))
      .subscribe(value => joined.push(value))
    expect(joined).toEqual([])
  })

  it('refuses a staleness that is none', () => {
    expect(() => asOf(flowOf(quotes), { maxAgeMs: 0 })).toThrow('asOf: maxAgeMs is positive, found 0')
  })
})
