import { describe, expect, it } from 'vitest'
import { figuresOf, instrument, map, quotes, type Strategy, strategy, together } from '../../engine/index.ts'
import { allocate, atNextPrice, close, crossover, marketOrder, mid, sma, timeBars } from '../../operators/index.ts'
import { type GoldenRun, isThere, presence, runGolden } from './runs.ts'

const file = { name: 'goog-daily.csv', sha256: '60e961a567490b157f71888df9e6afb36190a34a40a6286aa38988e2343f1b1a' }
const DAY_MS = 86_400_000
/** The last bar but one: what it closes is closed at the open of the last. */
const LAST_BUT_ONE = Date.parse('2013-02-28') * 1000

const google = instrument({
  id: 'GOOG',
  venue: 'NASDAQ',
  tickSize: '0.01',
  lotSize: '1',
  quoteCurrency: 'USD',
  decimals: 2,
})

/** All in at the open behind the crossing, to the side of the short average; nothing is open at the last close. */
const allIn: Strategy = strategy({
  name: 'all-in',
  reads: { quotes },
  params: { fast: 10, slow: 30, end: LAST_BUT_ONE },
  graph: ({ quotes }, { fast, slow, end }) =>
    quotes.pipe(
      together(
        quote => ({
          quote,
          signal: quote.pipe(
            mid(),
            timeBars({ spanMs: DAY_MS, boundary: 'closes' }),
            close(),
            together(
              price => ({ price, fast: price.pipe(sma({ length: fast })), slow: price.pipe(sma({ length: slow })) }),
              { on: 'slow' },
            ),
            crossover(),
          ),
        }),
        { on: 'quote' },
      ),
      map('standing', ({ quote: { at, bid }, signal }) => ({ direction: at < end ? signal.direction : 0, price: bid })),
      atNextPrice(),
      allocate({ pct: 100 }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})

/** Equity at each close, as figures want it: the first close is where it starts from. */
const closesOf = ({ equity }: GoldenRun) => {
  const [first, ...later] = equity.filter(({ at }) => at % (DAY_MS * 1000) === 0)
  const worth = (row: typeof first): number => Number(row!.equity) / 100
  return { start: worth(first), at: later.map(({ at }) => at), balance: later.map(worth) }
}

/** The days on which the exchange was shut, as the file has them. */
const holidays = (at: readonly number[]): readonly string[] => {
  const open = new Set(at.map(day => day / 1000))
  const days = Array.from({ length: (at.at(-1)! - at[0]!) / 1000 / DAY_MS + 1 }, (_, i) => at[0]! / 1000 + i * DAY_MS)
  return days.filter(day => !open.has(day)).map(day => new Date(day).toISOString().slice(0, 10))
}

describe.runIf(isThere(file))(`moving averages cross, all in at the next open, on ${presence(file)}`, () => {
  it('gives the trades, the equity and the figures that are published', async () => {
    const run = await runGolden({
      file,
      csv: { columns: { at: 0 } },
      instrument: google,
      strategy: allIn,
      start: 10_000,
      venue: { fillOn: 'same' },
    })
    expect(run.end.ticks).toBe(4 * 2148)
    const { trades } = run
    const equity = closesOf(run)
    expect([equity.at.length, trades.length]).toEqual([2147, 66])
    expect([equity.balance.at(-1), Math.max(...equity.balance)]).toEqual([51_422.99, 75_787.44])

    const calendar = { perYear: 252, weekdays: [1, 2, 3, 4, 5], holidays: holidays(equity.at) }
    const { ratios, drawdown, trades: figures } = figuresOf({ equity, trades, calendar })
    expect(drawdown.maxDrawdown.value).toBeCloseTo(0.4798, 4)
    expect(ratios.geometricSharpe.value).toBeCloseTo(0.5806, 4)
    expect(ratios.geometricSortino.value).toBeCloseTo(1.0853, 4)
    expect(ratios.calmar.value).toBeCloseTo(0.4417, 4)
    expect(figures.sqn.value).toBeCloseTo(1.0766, 4)
    expect(figures.kelly.value).toBeCloseTo(0.1519, 4)
  })
})
