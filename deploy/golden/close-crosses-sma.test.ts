import { describe, expect, it } from 'vitest'
import { instrument, map, quotes, type Strategy, strategy, together } from '../../engine/index.ts'
import { close, crossover, fixedSize, marketOrder, mid, sma, timeBars } from '../../operators/index.ts'
import { isThere, presence, runGolden } from './runs.ts'

const file = { name: '2006-day-001.csv', sha256: '18b458e6440c241776ca9bf4d469d7af8428cb39b0af153859edae8c5caf3fc2' }

const index = instrument({
  id: 'INDEX',
  venue: 'XEUR',
  tickSize: '0.01',
  lotSize: '1',
  quoteCurrency: 'EUR',
  decimals: 2,
})

/** One unit while the close is above its average, none below. */
const aboveAverage: Strategy = strategy({
  name: 'above-average',
  reads: { quotes },
  params: { length: 15 },
  graph: ({ quotes }, { length }) =>
    quotes.pipe(
      mid(),
      timeBars({ spanMs: 86_400_000, boundary: 'closes' }),
      close(),
      together(price => ({ price, fast: price, slow: price.pipe(sma({ length })) }), { on: 'slow' }),
      crossover(),
      map('longOnly', ({ direction, price }) => ({ direction: direction > 0 ? (1 as const) : (0 as const), price })),
      fixedSize({ lots: 1 }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})

describe.runIf(isThere(file))(`the close crosses its average, one unit at the next open, on ${presence(file)}`, () => {
  it('gives the prices, the cash and the value that are published', async () => {
    const { end, fills } = await runGolden({ file, instrument: index, strategy: aboveAverage, start: 10_000 })
    const prices = (side: string): readonly string[] =>
      fills.filter(fill => fill.side === side).map(fill => (Number(fill.price) / 100).toFixed(2))
    expect(prices('buy').join(' ')).toBe(
      '3643.35 3801.03 3872.37 3863.57 3845.32 3656.43 3542.65 3639.65 3799.86 3840.20 4047.63 4052.55',
    )
    expect(prices('sell').join(' ')).toBe(
      '3763.95 3811.85 3822.35 3822.57 3829.82 3598.58 3545.92 3766.80 3782.15 3979.73 4045.05',
    )
    const { balance, unrealised, holdings } = end.ledger
    expect((balance + unrealised) / 100).toBe(10_284.1)
    expect((balance - holdings.get('INDEX')!.position.cost) / 100).toBe(6164.16)
  })
})
