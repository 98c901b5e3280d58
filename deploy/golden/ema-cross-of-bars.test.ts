import { describe, expect, it } from 'vitest'
import {
  currency,
  deliver,
  type Fill,
  instrument,
  map,
  parseMoney,
  quotes,
  type Strategy,
  strategy,
  termsOf,
  together,
  walletOf,
} from '../../engine/index.ts'
import {
  close,
  closeFirst,
  ema,
  finalExit,
  fixedSize,
  follow,
  marketOrder,
  mid,
  timeBars,
} from '../../operators/index.ts'
import { isThere, presence, runGolden } from './runs.ts'

const file = {
  name: 'btc-perp-1m-2022-01.csv.gz',
  sha256: 'd3fb68d1f07a9ef9360d212bd426988dccb2cf4263a07f4e0ba0b45a83a7a0b6',
}
const BARS = 10_000
/** The stamp of the last of them. */
const LAST = Date.parse('2022-01-07T21:40:00Z') * 1000

const perpetual = instrument({
  id: 'BTCUSDT',
  venue: 'BINANCE',
  tickSize: '0.1',
  lotSize: '0.001',
  quoteCurrency: 'USDT',
  decimals: 8,
  takerFeeBps: 10,
  makerFeeBps: 10,
})

/** Always on the side of the fast average, a thousandth of a coin; it turns by closing first, and ends flat. */
const crossing: Strategy = strategy({
  name: 'crossing',
  reads: { quotes },
  params: { fast: 10, slow: 20, end: LAST },
  graph: ({ quotes }, { fast, slow, end }) =>
    quotes.pipe(
      together(
        quote => ({
          quote,
          target: quote.pipe(
            mid(),
            timeBars({ spanMs: 60_000, boundary: 'closes' }),
            together(
              bar => ({
                bar,
                fast: bar.pipe(close(), ema({ length: fast, seed: 'first' })),
                slow: bar.pipe(close(), ema({ length: slow, seed: 'first' })),
              }),
              { on: 'slow' },
            ),
            // A bar of one price is no reason to do anything.
            map('lines', ({ bar, fast, slow }) => (bar.high > bar.low ? { fast, slow, price: bar.close } : undefined)),
            follow(),
            fixedSize({ lots: 1 }),
          ),
        }),
        { on: 'quote' },
      ),
      map('wish', ({ quote: { at, bid, ask }, target }) => ({ at, bid, ask, lots: target.lots })),
      finalExit({ at: end }),
      closeFirst(),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})

describe.runIf(isThere(file))(`exponential averages cross on ${presence(file)}`, () => {
  it('gives the orders and the balance that are published, to the last digit', async () => {
    const { end, orders, fills } = await runGolden({
      file,
      instrument: perpetual,
      strategy: crossing,
      start: 10_000_000,
      venue: { fillOn: 'same' },
      to: LAST + 1,
    })
    expect(end.ticks).toBe(4 * BARS)
    expect(orders).toHaveLength(902)
    expect((end.ledger.balance / 1e8).toFixed(8)).toBe('9999954.94313300')

    const [btc, usdt] = [currency('BTC', 8), currency('USDT', 8)]
    const wallet = walletOf([parseMoney('10', btc), parseMoney('10000000', usdt)])
    const delivery = { base: btc, quote: usdt, terms: termsOf(perpetual) }
    for (const fill of fills) deliver(wallet, fill as unknown as Fill, delivery)
    expect(Object.fromEntries(wallet)).toEqual({ BTC: 10e8, USDT: end.ledger.balance })
  })
})
