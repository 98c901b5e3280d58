import { type Check, checkAs } from '../market/check.ts'
import type { Micros } from '../market/units.ts'
import { instantOf, offsetAt, offsetTable } from './offset-table.ts'

const check: Check = checkAs('MARKET_FINANCING')

/** When positions are carried over a night, by the clocks of a zone. */
export interface RolloverHours {
  /** Default 'America/New_York'. */
  readonly zone?: string
  /** 'HH:MM'. Default '17:00'. */
  readonly at?: string
  /** The weekday that is charged for the weekend, too: 1 is Monday. Default 3, as of currencies: two days to settle. */
  readonly triple?: number
}

/** A position is carried on from this time on, and so many nights are charged for it. */
export interface Rollover {
  readonly at: Micros
  readonly nights: number
}

/**
 * The rollovers in `[from, to)`, Monday to Friday: seven nights a week, three of them on one day. By the clocks of the
 * zone, so that they move in UTC with summer time. Holidays are not known here.
 *
 * Fails  Reject MARKET_FINANCING; usage TIME_ZONE
 *
 * @example
 * // Monday to Wednesday of a week in May 2014
 * const week = rollovers({}, 1_399_924_800_000_000 as Micros, 1_400_184_000_000_000 as Micros)
 * week.map(({ nights }) => nights) // => [1, 1, 3]
 */
export const rollovers = (
  { zone = 'America/New_York', at = '17:00', triple = 3 }: RolloverHours,
  from: Micros,
  to: Micros,
): readonly Rollover[] => {
  const [, hours = '', minutes = ''] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? []
  check(hours !== '', 'time of the rollover', at, "'HH:MM'")
  check(Number.isInteger(triple) && triple >= 1 && triple <= 5, 'weekday of three nights', triple, '1 (Monday) to 5')
  const table = offsetTable(zone)
  const clock = (Number(hours) * 60 + Number(minutes)) * 60_000_000
  const found: Rollover[] = []
  for (let day = Math.floor((from + offsetAt(table, from)) / DAY) - 1; ; day += 1) {
    const instant = instantOf(table, day * DAY + clock) as Micros
    if (instant >= to) return found
    const weekday = weekdayOf(day)
    if (instant >= from && weekday <= 5) found.push({ at: instant, nights: weekday === triple ? 3 : 1 })
  }
}

/**
 * The times in `[from, to)` at which perpetuals are funded: every so many hours from midnight UTC.
 *
 * Fails  Reject MARKET_FINANCING when the hours do not divide a day
 *
 * @example
 * fundingTimes(8, 0 as Micros, 86_400_000_000 as Micros).map(at => at / 3_600_000_000) // => [0, 8, 16]
 */
export const fundingTimes = (everyHours: number, from: Micros, to: Micros): readonly Micros[] => {
  check(everyHours > 0 && 24 % everyHours === 0, 'hours between fundings', everyHours, 'a part of 24')
  const step = everyHours * HOUR
  const times: Micros[] = []
  for (let at = Math.ceil(from / step) * step; at < to; at += step) times.push(at as Micros)
  return times
}

const HOUR = 3_600_000_000
const DAY = 24 * HOUR

/** 1 is Monday; day 0, 1970-01-01, was a Thursday. */
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1
