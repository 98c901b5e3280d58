import type { Equity } from '../../engine/figures/days.ts'
import type { ClosedTrade } from '../../engine/figures/trades.ts'
import type { PriceView } from './prices.ts'
import type { Report } from './report.ts'

/** Points of the equity curve, and rows of the table of trades, that a page holds. */
const POINTS = 20_000
export const TRADES = 50_000

/** What the scripts of a page draw. Times are deltas: of trades microseconds, else milliseconds. */
export const pageData = ({ manifest, history, trades, market }: Report): object => {
  const shown = trades.slice(0, TRADES)
  const names = [...new Set([...market.views, ...shown].map(({ instrument }) => instrument))]
  return {
    currency: manifest.currency.code,
    equity: equityData(history.equity),
    instruments: names.map(name => ({ name, digits: digitsOf(history.instruments.get(name)?.tickSize ?? '1') })),
    prices: market.views.map(view => priceData(view, digitsOf(history.instruments.get(view.instrument)!.tickSize))),
    trades: tradeData(shown, names),
  }
}

/** Places after the point of a decimal: '0.00001' has 5. */
export const digitsOf = (tickSize: string): number => tickSize.split('.')[1]?.length ?? 0

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
const millis = (at: number): number => Math.floor(at / 1000)

const deltas = (values: readonly number[]): number[] => values.map((value, i) => value - (values[i - 1] ?? 0))

const equityData = ({ start, at, balance }: Equity): object => {
  const drawdown = new Float64Array(balance.length)
  let peak = start
  for (let row = 0; row < balance.length; row++) {
    peak = Math.max(peak, balance[row]!)
    drawdown[row] = peak > 0 ? balance[row]! / peak - 1 : 0
  }
  const rows = thinned(balance)
  return {
    at: deltas(rows.map(row => millis(at[row]!))),
    worth: rows.map(row => round(balance[row]!, 2)),
    drawdown: rows.map(row => round(drawdown[row]!, 6)),
  }
}

/** The rows that show: of each stretch its least and its greatest, in their order; and the ends. */
const thinned = (values: ArrayLike<number>): readonly number[] => {
  const all = Array.from({ length: values.length }, (_, row) => row)
  if (all.length <= POINTS) return all
  const stretch = Math.ceil((2 * all.length) / POINTS)
  const rows = new Set([0])
  for (let from = 0; from < all.length; from += stretch) {
    let [least, most] = [from, from]
    for (let row = from; row < Math.min(all.length, from + stretch); row++) {
      if (values[row]! < values[least]!) least = row
      if (values[row]! > values[most]!) most = row
    }
    rows.add(Math.min(least, most)).add(Math.max(least, most))
  }
  return [...rows.add(all.length - 1)]
}

/** Prices are whole ticks: the low from one to the next, the high above it. */
const priceData = ({ instrument, at, low, high }: PriceView, digits: number): object => {
  const scale = 10 ** digits
  const lows = low.map(price => Math.round(price * scale))
  return {
    instrument,
    at: deltas(at.map(millis)),
    low: deltas(lows),
    range: high.map((price, i) => Math.round(price * scale) - lows[i]!),
  }
}

const tradeData = (trades: readonly ClosedTrade[], names: readonly string[]): object => {
  const money = (of: (trade: ClosedTrade) => number | undefined): (number | null)[] =>
    trades.map(trade => {
      const value = of(trade)
      return value === undefined ? null : round(value, 4)
    })
  return {
    instrument: trades.map(({ instrument }) => names.indexOf(instrument)),
    opened: deltas(trades.map(({ openedAt }) => openedAt)),
    held: trades.map(({ openedAt, closedAt }) => closedAt - openedAt),
    side: trades.map(({ side }) => (side === 'buy' ? 1 : -1)),
    lots: trades.map(({ lots }) => lots),
    entry: trades.map(({ entry }) => round(entry, 8)),
    exit: trades.map(({ exit }) => round(exit, 8)),
    fees: money(({ fees }) => fees),
    net: money(({ profit, fees }) => profit - fees),
    highest: money(({ highest }) => highest),
    lowest: money(({ lowest }) => lowest),
  }
}
