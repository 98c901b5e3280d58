import { assert } from '../assert.ts'
import type { Micros } from '../market/units.ts'
import { offsetAt, offsetTable } from '../time/offset-table.ts'
import { formatMicros } from '../time/stamp.ts'

/** The worth of an account as it changed, in the order of time; money of one currency, open positions included. */
export interface Equity {
  /** Before the first row. */
  readonly start: number
  readonly at: ArrayLike<number>
  readonly balance: ArrayLike<number>
}

/** Which days count, and how many of them a year has. Plain data: it belongs to the instrument, never to the rows. */
export interface TradingDays {
  /** N of annualisation: 252 for American shares, 365 for what never closes, 260 for currencies. */
  readonly perYear: number
  /** 'UTC', 'America/New_York': see `zone`. Default 'UTC'. */
  readonly zone?: string
  /**
   * 'HH:MM' by the clocks of the zone: a day's last moment, from which on a row is of the next day. Default '00:00'.
   */
  readonly ends?: string
  /** 1 is Monday, 7 is Sunday. Default all seven. */
  readonly weekdays?: readonly number[]
  /** Dates that are no trading days, 'YYYY-MM-DD'. */
  readonly holidays?: readonly string[]
}

/** An account at the ends of the trading days from its first row to its last. */
export interface Daily {
  readonly perYear: number
  /** Days since 1970-01-01, by the calendar's zone. */
  readonly days: readonly number[]
  readonly start: number
  /** The balance of the last row of a day; of the day before where a day has none. */
  readonly closes: Float64Array
  /** close / close of the day before - 1, the first of them from `start`. None of an account that was at 0 or below. */
  readonly returns: Float64Array
  /** The risk-free return of a day, (1 + annual)^(1 / N) - 1. */
  readonly riskFree: number
  /** r - f. */
  readonly excess: Float64Array
}

/**
 * An equity curve at the ends of trading days. A row between trading days, at a weekend, is of the next one.
 *
 * Fails  Defect ASSERT when rows are out of order or no numbers, or the calendar makes no sense; usage TIME_ZONE
 */
export const dailyOf = (equity: Equity, calendar: TradingDays, riskFree = 0): Daily => {
  checkEquity(equity)
  const days = tradingDays(calendar)
  const closes = closesOf(equity, days.dayOf)
  const numbers = days.between(closes.keys())
  return series(equity.start, numbers, carried(closes, numbers, equity.start), { perYear: calendar.perYear, riskFree })
}

/** Another curve, a price too, at the ends of the days of an account. Days before its first row have its start. */
export const alongside = (equity: Equity, calendar: TradingDays, account: Daily): Daily => {
  checkEquity(equity)
  const closes = closesOf(equity, tradingDays(calendar).dayOf)
  const first = account.days[0] ?? Number.NaN
  const before = [...closes].findLast(([day]) => day < first)
  const start = before?.[1] ?? equity.start
  const rate = { perYear: account.perYear, riskFree: (1 + account.riskFree) ** account.perYear - 1 }
  return series(start, account.days, carried(closes, account.days, start), rate)
}

const series = (
  start: number,
  days: readonly number[],
  closes: Float64Array,
  { perYear, riskFree }: { readonly perYear: number; readonly riskFree: number },
): Daily => {
  const isRuined = start <= 0 || closes.some(close => close <= 0)
  const returns = isRuined
    ? new Float64Array()
    : closes.map((close, i) => change(i === 0 ? start : closes[i - 1]!, close))
  const free = Math.expm1(Math.log1p(riskFree) / perYear)
  return { perYear, days, start, closes, returns, riskFree: free, excess: returns.map(r => above(r, free)) }
}

/** A return is known to some units of 2^-52, see `spreadOf`: what is nearer to the risk-free is the risk-free. */
const above = (r: number, free: number): number => (free !== 0 && Math.abs(r - free) < 2 ** -50 ? 0 : r - free)

/** What a balance has grown by, as a share of what it was: the difference first, which is exact where it is small. */
export const change = (before: number, after: number): number => (after - before) / before

/** 'YYYY-MM-DD'. */
export const dateOf = (day: number): string => formatMicros((day * DAY) as Micros).slice(0, 10)

const checkEquity = ({ start, at, balance }: Equity): void => {
  assert(Number.isFinite(start), `equity: the start is a number, found ${start}`)
  assert(at.length === balance.length, `equity: as many times as balances, found ${at.length} and ${balance.length}`)
  let row = 0
  let before = -Infinity
  while (row < at.length && at[row]! >= before && Number.isFinite(at[row]! + balance[row]!)) {
    before = at[row]!
    row += 1
  }
  const found = `${at[row]}, ${balance[row]} in row ${row}`
  assert(row === at.length, `equity: rows are numbers in the order of time, found ${found}`)
}

const closesOf = ({ at, balance }: Equity, dayOf: (at: number) => number): Map<number, number> => {
  const closes = new Map<number, number>()
  for (let i = 0; i < at.length; i += 1) closes.set(dayOf(at[i]!), balance[i]!)
  return closes
}

const carried = (closes: ReadonlyMap<number, number>, days: readonly number[], start: number): Float64Array => {
  let close = start
  return Float64Array.from(days, day => {
    close = closes.get(day) ?? close
    return close
  })
}

const DAY = 86_400_000_000
const MINUTE = 60_000_000

const tradingDays = ({ perYear, zone = 'UTC', ends = '00:00', weekdays = WEEK, holidays = [] }: TradingDays) => {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(ends) ?? []
  assert(perYear > 0 && Number.isFinite(perYear), `calendar: a year has some trading days, found ${perYear}`)
  assert(hours !== undefined, `calendar: a day ends at 'HH:MM', found '${ends}'`)
  const isWeek = weekdays.length > 0 && weekdays.every(day => WEEK.includes(day))
  assert(isWeek, `calendar: weekdays are some of 1 to 7, found [${weekdays}]`)
  const shut = new Set(holidays)
  for (const date of holidays)
    assert(dateOf(numberOf(date)) === date, `calendar: a holiday is 'YYYY-MM-DD', found '${date}'`)
  const table = offsetTable(zone)
  const shift = (DAY - (Number(hours) * 60 + Number(minutes)) * MINUTE) % DAY
  const isOpen = (day: number): boolean =>
    weekdays.includes(weekdayOf(day)) && !(shut.size > 0 && shut.has(dateOf(day)))
  let [known, trading] = [Number.NaN, Number.NaN]
  return {
    dayOf: (at: number): number => {
      const day = Math.floor((at + offsetAt(table, at) + shift) / DAY)
      if (day === known) return trading
      known = trading = day
      while (!isOpen(trading)) trading += 1
      return trading
    },
    /** Of days in their order: all trading days from the first to the last. */
    between: (days: Iterable<number>): number[] => {
      const all = [...days]
      const first = all[0] ?? 0
      const count = all.length === 0 ? 0 : all.at(-1)! - first + 1
      return Array.from({ length: count }, (_, i) => first + i).filter(isOpen)
    },
  }
}

const WEEK: readonly number[] = [1, 2, 3, 4, 5, 6, 7]

const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

const numberOf = (date: string): number => Math.floor((Date.parse(`${date}T00:00:00Z`) * 1000) / DAY)
