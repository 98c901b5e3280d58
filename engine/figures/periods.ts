import { sumOf } from './arithmetic.ts'
import { change, type Daily, dateOf } from './days.ts'
import { type Figure, figure } from './figure.ts'
import { winRateOf } from './ratios.ts'
import { gainToPainOf } from './returns.ts'

/** A month, quarter or year of the calendar; the first and the last may be in part. */
export interface Period {
  /** '2024-05', '2024-Q2' or '2024'. */
  readonly name: string
  /** Growth of the account. Share; undefined from a balance at 0 or below. */
  readonly growth: number | undefined
  /** Trading days. */
  readonly days: number
}

export type Span = 'month' | 'quarter' | 'year'

/** The account month by month, or by another span. */
export const periodsOf = (daily: Daily, span: Span): Period[] =>
  pieces(daily, span).map(({ name, before, last, days }) => ({
    name,
    growth: before > 0 ? change(before, last) : undefined,
    days,
  }))

/** The best, the worst and the share of winners among the periods of a span. Undefined without one. */
export const periodFigures = (daily: Daily, span: Span): Readonly<Record<'best' | 'worst' | 'winners', Figure>> => {
  const grown = periodsOf(daily, span).map(({ growth }) => growth ?? Number.NaN)
  const n = grown.length
  const of = grown.length > 0 ? grown : [Number.NaN]
  return {
    best: figure({ name: `Best ${span}`, unit: 'share', formula: `max(growth of a ${span})`, n }, Math.max(...of)),
    worst: figure({ name: `Worst ${span}`, unit: 'share', formula: `min(growth of a ${span})`, n }, Math.min(...of)),
    winners: figure(
      { name: `Winning ${span}s`, unit: 'share', formula: '#(growth > 0) / #(growth <> 0)', n },
      winRateOf(grown),
    ),
  }
}

/**
 * Gain to pain of the sums of months. Ratio; undefined without a losing month, or when ruined. Source: Schwager 2012,
 * Hedge Fund Market Wizards, appendix A.
 */
export const monthlyGainToPain = (daily: Daily): Figure => {
  const months = [...Map.groupBy(daily.returns.keys(), i => dateOf(daily.days[i]!).slice(0, 7)).values()]
  const sums = months.map(days => sumOf(days.map(i => daily.returns[i]!)))
  const formula = 'sum(r) / |sum(m < 0)|, m sums of r in a month'
  return figure({ name: 'Gain to pain of months', unit: 'ratio', formula, n: sums.length }, gainToPainOf(sums))
}

export type TrailingFigures = Readonly<Record<Trailing, Figure>>

/**
 * Growth up to the last day: since the month or the year began, and over the last months and years. Share; undefined
 * when the run is shorter than that (it began after the first day of it), or the balance was at 0 or below.
 */
export const trailingFigures = (daily: Daily): TrailingFigures => {
  const last = dateOf(daily.days.at(-1) ?? 0)
  const rows = Object.entries(trailing).map(([key, [name, firstOf]]) => {
    const first = firstOf(last)
    const n = daily.days.filter(day => dateOf(day) >= first).length
    const about = { name, unit: 'share', formula: 'E_end / E before it - 1', n } as const
    return [key, figure(about, growthSince(daily, first))] as const
  })
  return Object.fromEntries(rows) as TrailingFigures
}

type Trailing = 'monthToDate' | 'months3' | 'months6' | 'yearToDate' | 'year1' | 'years3' | 'years5' | 'years10'

/** By name: the first date of it when the last date is known. */
const trailing: Readonly<Record<Trailing, readonly [string, (last: string) => string]>> = {
  monthToDate: ['Month to date', last => `${last.slice(0, 7)}-01`],
  months3: ['Last 3 months', last => monthsBefore(last, 3)],
  months6: ['Last 6 months', last => monthsBefore(last, 6)],
  yearToDate: ['Year to date', last => `${last.slice(0, 4)}-01-01`],
  year1: ['Last year', last => monthsBefore(last, 12)],
  years3: ['Last 3 years', last => monthsBefore(last, 36)],
  years5: ['Last 5 years', last => monthsBefore(last, 60)],
  years10: ['Last 10 years', last => monthsBefore(last, 120)],
}

/** The day after the same day of an earlier month. '2024-05-31' less 3 is after the end of February: '2024-03-01'. */
const monthsBefore = (date: string, months: number): string => {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number]
  const count = year * 12 + month - 1 - months
  const text = `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`
  // A text after each date of a day and before the next: dates compare as texts.
  return `${text}-${String(day).padStart(2, '0')}+`
}

const growthSince = ({ days, start, closes }: Daily, first: string): number => {
  const index = days.findIndex(day => dateOf(day) >= first)
  if (index < 0 || (index === 0 && dateOf(days[0]! - 1) >= first)) return Number.NaN
  const before = index === 0 ? start : closes[index - 1]!
  return before > 0 ? change(before, closes.at(-1)!) : Number.NaN
}

const nameOf = (date: string, span: Span): string => {
  const year = date.slice(0, 4)
  if (span === 'year') return year
  return span === 'month' ? date.slice(0, 7) : `${year}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`
}

const pieces = ({ days, start, closes }: Daily, span: Span) => {
  const found = Map.groupBy(days.keys(), i => nameOf(dateOf(days[i]!), span))
  return [...found].map(([name, places]) => {
    const first = places[0]!
    return {
      name,
      before: first === 0 ? start : closes[first - 1]!,
      last: closes[places.at(-1)!]!,
      days: places.length,
    }
  })
}
