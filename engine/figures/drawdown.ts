import type { Micros } from '../market/units.ts'
import { meanOf, sumOf } from './arithmetic.ts'
import { type Daily, dateOf, type Equity } from './days.ts'
import { type Figure, figure } from './figure.ts'

/** A fall from a peak until the account is back at it. Places are indices of the series; the start is -1. */
export interface Fall {
  readonly peak: number
  readonly valley: number
  /** Undefined while it lasts. */
  readonly recovery: number | undefined
  /** Share of the peak, above 0; above 1 when all was lost and more. */
  readonly depth: number
  /** The same in money. */
  readonly amount: number
}

/** All falls of a series, the start being its first peak; none from a start at 0 or below. */
export const fallsOf = (start: number, values: ArrayLike<number>): Fall[] => {
  const falls: Fall[] = []
  if (start <= 0) return falls
  let [peak, top] = [-1, start]
  let valley = -1
  const end = (recovery: number | undefined): void => {
    const amount = valley < 0 ? 0 : top - values[valley]!
    if (amount > 0) falls.push({ peak, valley, recovery, depth: amount / top, amount })
    valley = -1
  }
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!
    if (value >= top) {
      end(i)
      peak = i
      top = value
    } else if (valley < 0 || value < values[valley]!) valley = i
  }
  end(undefined)
  return falls
}

/**
 * One line of the drawdown table: a fall of daily closes. Dates by the calendar; the peak of a start is its first day.
 */
export interface Drawdown {
  readonly from: string
  readonly valley: string
  readonly recovered: string | undefined
  /** Share of the peak, above 0. */
  readonly depth: number
  /** Trading days below the peak. */
  readonly days: number
}

/** The falls of daily closes, the deepest first. */
export const drawdownTable = ({ start, closes, days }: Daily): Drawdown[] =>
  fallsOf(start, closes)
    .sort((a, b) => b.depth - a.depth)
    .map(({ peak, valley, recovery, depth }) => ({
      from: dateOf(days[Math.max(peak, 0)]!),
      valley: dateOf(days[valley]!),
      recovered: recovery === undefined ? undefined : dateOf(days[recovery]!),
      depth,
      days: (recovery ?? days.length) - peak - 1,
    }))

/** The deepest fall over all rows, with its times. A peak before the first row has none. */
export interface DeepestFall {
  readonly peakAt: Micros | undefined
  readonly valleyAt: Micros
  readonly recoveredAt: Micros | undefined
}

export const deepestFall = ({ start, at, balance }: Equity): DeepestFall | undefined => {
  const fall = deepest(fallsOf(start, balance))
  const timeOf = (index: number | undefined) => (index === undefined ? undefined : (at[index] as Micros | undefined))
  return fall && { peakAt: timeOf(fall.peak), valleyAt: timeOf(fall.valley)!, recoveredAt: timeOf(fall.recovery) }
}

/**
 * Deepest fall over all rows, not only at the ends of days. Share of the peak; 0 when it never fell; undefined without
 * a row, or from a start at 0 or below.
 */
export const maxDrawdown = ({ start, balance }: Equity): Figure =>
  figure(
    { name: 'Max drawdown', unit: 'share', formula: 'max(1 - E / peak of E), all rows', n: balance.length },
    depthOf(start, balance),
  )

/** The largest fall in money over all rows. Undefined without a row. */
export const maxDrawdownMoney = ({ start, balance }: Equity): Figure => {
  const amounts = fallsOf(start, balance).map(({ amount }) => amount)
  return figure(
    { name: 'Max drawdown, money', unit: 'money', formula: 'max(peak of E - E), all rows', n: balance.length },
    start > 0 && balance.length > 0 ? amounts.reduce((a, b) => Math.max(a, b), 0) : Number.NaN,
  )
}

/** Deepest fall of daily closes, the one of Calmar. Share; undefined as `maxDrawdown`. */
export const maxDailyDrawdown = ({ start, closes }: Daily): Figure =>
  figure(
    { name: 'Max drawdown of days', unit: 'share', formula: 'max(1 - E / peak of E), daily', n: closes.length },
    depthOf(start, closes),
  )

/**
 * Mean depth of the falls of daily closes. Share; undefined when there was none. Source: backtesting.py, `_stats.py`.
 */
export const averageDrawdown = ({ start, closes }: Daily): Figure => {
  const depths = fallsOf(start, closes).map(({ depth }) => depth)
  return figure(
    { name: 'Average drawdown', unit: 'share', formula: 'mean(depth of falls)', n: depths.length },
    meanOf(depths),
  )
}

/** Mean length of the falls. Trading days below the peak; undefined when there was none. */
export const averageDrawdownDays = (daily: Daily): Figure => {
  const lengths = drawdownTable(daily).map(({ days }) => days)
  return figure(
    { name: 'Average drawdown, days', unit: 'days', formula: 'mean(days of falls)', n: lengths.length },
    meanOf(lengths),
  )
}

/** Longest time below a peak, one that lasts included. Trading days; undefined when there was none. */
export const longestDrawdown = (daily: Daily): Figure => {
  const lengths = drawdownTable(daily).map(({ days }) => days)
  return figure(
    { name: 'Longest drawdown', unit: 'days', formula: 'max(days of falls)', n: lengths.length },
    Math.max(...(lengths.length > 0 ? lengths : [Number.NaN])),
  )
}

/** Days that closed below the peak, of all. Share; undefined without a day, or from a start at 0 or below. */
export const timeUnderWater = (daily: Daily): Figure => {
  const { length } = daily.closes
  const below = underWater(daily).filter(depth => depth < 0).length
  return figure(
    { name: 'Time under water', unit: 'share', formula: '#(E < peak of E) / n', n: length },
    daily.start > 0 ? below / length : Number.NaN,
  )
}

/**
 * Root mean square of the distance to the peak. Share; undefined on fewer than two days. Source: Martin and McCann
 * 1989, who divide by n; QuantStats, whom we follow, by n - 1.
 */
export const ulcerIndex = (daily: Daily): Figure =>
  figure(
    { name: 'Ulcer index', unit: 'share', formula: 'sqrt(sum(dd²) / (n - 1))', n: daily.closes.length },
    ulcerOf(daily),
  )

/** How far daily closes are below their peak: 0 at a peak, -0.1 is 10 % below. NaN from a start at 0 or below. */
export const underWater = ({ start, closes }: Daily): Float64Array => {
  let peak = start > 0 ? start : Number.NaN
  return closes.map(close => {
    peak = Math.max(peak, close)
    return (close - peak) / peak
  })
}

export const ulcerOf = (daily: Daily): number => {
  const n = daily.closes.length
  return n < 2 ? Number.NaN : Math.sqrt(sumOf(underWater(daily), depth => depth ** 2) / (n - 1))
}

export const depthOf = (start: number, values: ArrayLike<number>): number =>
  start > 0 && values.length > 0 ? (deepest(fallsOf(start, values))?.depth ?? 0) : Number.NaN

const deepest = (falls: readonly Fall[]): Fall | undefined =>
  falls.reduce<Fall | undefined>((worst, fall) => (worst && worst.depth >= fall.depth ? worst : fall), undefined)
