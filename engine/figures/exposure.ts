import { meanOf, sumOf } from './arithmetic.ts'
import type { Daily, Equity } from './days.ts'
import { type Figure, figure } from './figure.ts'
import { annualGrowth } from './returns.ts'
import type { ClosedTrade } from './trades.ts'

/** The positions of a run. */
export interface Held {
  readonly trades: readonly ClosedTrade[]
  /** Those that nothing has closed. */
  readonly open?: readonly OpenTrade[]
}

/** A position that is still held. */
export interface OpenTrade {
  readonly openedAt: number
  /** What was bought and sold of it so far, money. Without it the run has no turnover. */
  readonly dealt?: number
}

/**
 * Time with a position, of the time from the first row to the last; positions at once count once, and one that was not
 * closed counts from when it was opened. Share; undefined when no time passed.
 */
export const exposure = (held: Held, equity: Equity): Figure =>
  figure(
    {
      name: 'Exposure',
      unit: 'share',
      formula: 'time of all positions together / (last row - first row)',
      n: held.trades.length + (held.open?.length ?? 0),
    },
    exposureOf(held, equity),
  )

/** Days that moved, of all. Share; undefined without a day. Source: QuantStats, `exposure`, which rounds up to 1 %. */
export const activeDays = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Active days', unit: 'share', formula: '#(r <> 0) / n', n: returns.length },
    returns.filter(r => r !== 0).length / returns.length,
  )

/** Growth by the time at risk. Ratio; undefined without exposure, or with CAGR. Source: QuantStats, `rar`. */
export const growthByExposure = (daily: Daily, held: Held, equity: Equity): Figure =>
  figure(
    { name: 'RAR', unit: 'ratio', formula: 'CAGR / exposure', n: daily.returns.length },
    annualGrowth(daily.returns, daily.perYear) / exposureOf(held, equity),
  )

/** How many positions are still held; 0 without one. */
export const openTrades = ({ open = [] }: Held): Figure =>
  figure({ name: 'Open trades', unit: 'count', formula: 'n', n: open.length }, open.length)

/**
 * What was bought and sold in a year, by the mean of the account; of a position that is still held, so far. Ratio; 0
 * without a trade; undefined unless each trade tells its notional.
 */
export const turnover = ({ closes, perYear }: Daily, { trades, open = [] }: Held): Figure => {
  const closed = trades.map(({ notional = Number.NaN, entry, exit }) => notional * (1 + exit / entry))
  const dealt = sumOf([...closed, ...open.map(trade => trade.dealt ?? Number.NaN)])
  const mean = meanOf(closes)
  return figure(
    {
      name: 'Turnover, annual',
      unit: 'ratio',
      formula: 'sum(bought + sold) / mean(E) * N / days',
      n: trades.length + open.length,
    },
    mean > 0 ? ((dealt / mean) * perYear) / closes.length : Number.NaN,
  )
}

/** How many trades were entered in each hour of the day, UTC. */
export const entriesByHour = (trades: readonly ClosedTrade[]): readonly number[] => {
  const hours = new Array<number>(24).fill(0)
  for (const { openedAt } of trades) hours[Math.floor(openedAt / HOUR) % 24]! += 1
  return hours
}

const HOUR = 3_600_000_000

const exposureOf = ({ trades, open = [] }: Held, { at }: Equity): number => {
  const [first, last] = [at[0] ?? Number.NaN, at[at.length - 1] ?? Number.NaN]
  let [held, until] = [0, first]
  const spans = [...trades, ...open.map(({ openedAt }) => ({ openedAt, closedAt: last }))]
  for (const { openedAt, closedAt } of spans.toSorted((a, b) => a.openedAt - b.openedAt)) {
    const end = Math.min(closedAt, last)
    held += Math.max(0, end - Math.max(openedAt, until))
    until = Math.max(until, end)
  }
  return held / (last - first)
}
