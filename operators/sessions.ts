import { assert } from '../engine/assert.ts'
import { instantOf, offsetAt, offsetTable } from '../engine/time/offset-table.ts'
import { DAY, dayNumber, dayOf, timeOfClock, weekdayOf } from './dates.ts'

/** When a market is open, by the clocks of its own zone. Plain data, so that it can stand in a file. */
export interface TradingHours {
  /** 'America/New_York', 'UTC': see `zone`. All times and dates here are of this zone. */
  readonly zone: string
  /** 'HH:MM'. */
  readonly open: string
  /** 'HH:MM'; a close that is not after the open is on the next day: 24 hours when both are the same. */
  readonly close: string
  /** Weekdays on which it opens, 1 is Monday and 7 is Sunday. Default [1, 2, 3, 4, 5]. */
  readonly days?: readonly number[]
  /** Dates on which it does not open, 'YYYY-MM-DD'. */
  readonly holidays?: readonly string[]
  /** Half days: by the date on which it opens, the 'HH:MM' of its close. */
  readonly halfDays?: Readonly<Record<string, string>>
}

/**
 * Hours in the name of an operator. Days that are not the usual five, holidays and half days stand as a checksum: with
 * other hours a graph is another graph.
 */
export const nameOfHours = ({ zone, open, close, days = FIVE, holidays = [], halfDays = {} }: TradingHours): string => {
  const clock = `${zone} ${open}-${close}`
  const rest = JSON.stringify([days, holidays, halfDays])
  return rest === USUAL ? clock : `${clock} #${checksumOf(rest)}`
}

const FIVE: readonly number[] = [1, 2, 3, 4, 5]
const USUAL = JSON.stringify([FIVE, [], {}])

const checksumOf = (text: string): string => {
  let sum = 0
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0
  return (sum >>> 0).toString(36)
}

/** A session, [open, close) in microseconds: it holds an instant or is the next one. NaN before the first question. */
export interface Session {
  /** An instant from which on there was no other. */
  since: number
  open: number
  close: number
}

export const noSession = (): Session => ({ since: Number.NaN, open: Number.NaN, close: Number.NaN })

/** Puts the session of an instant, or the next one, into `session`. True when the market is open then. */
export type Calendar = (session: Session, at: number) => boolean

/** Fails: Defect ASSERT when a time, date or weekday is none, or when it never opens; usage TIME_ZONE. */
export const calendar = (hours: TradingHours): Calendar => {
  const { zone, open, close, days = FIVE, holidays = [], halfDays = {} } = hours
  const isWeekday = (day: number): boolean => Number.isInteger(day) && day >= 1 && day <= 7
  assert(days.length > 0 && days.every(isWeekday), `trading hours: days are some of 1 to 7, found [${days}]`)
  const table = offsetTable(zone)
  const opensAt = timeOfClock(open)
  const closesAt = timeOfClock(close)
  const shut = new Set(holidays.map(dayNumber))
  const early = new Map(Object.entries(halfDays).map(([date, time]) => [dayNumber(date), timeOfClock(time)]))
  for (const [date, time] of Object.entries(halfDays))
    assert(
      timeOfClock(time) > opensAt || closesAt <= opensAt,
      `trading hours: a half day closes after the open at ${open}, found ${time} on ${date}`,
    )
  const search = (session: Session, at: number): void => {
    assert(Number.isFinite(at), `trading hours: an event has a time in microseconds, found ${at}`)
    let day = dayOf(at + offsetAt(table, at)) - 1
    do {
      while (shut.has(day) || !days.includes(weekdayOf(day))) day += 1
      const closing = early.get(day) ?? closesAt
      session.open = instantOf(table, day * DAY + opensAt)
      session.close = instantOf(table, (closing > opensAt ? day : day + 1) * DAY + closing)
      day += 1
    } while (session.close <= at)
    session.since = at
  }
  return (session, at) => {
    if (!(at >= session.since && at < session.close)) search(session, at)
    return at >= session.open
  }
}

/** For sums that begin anew with each session: the one that they are of, and the latest time of an input. */
export interface Anchor {
  now: number
  open: number
  readonly session: Session
}

export const anchor = (): Anchor => ({ now: -Infinity, open: Number.NaN, session: noSession() })

/**
 * Tells whether the market is closed at the time of an input, or the input is the first of its session, or a later one.
 * A late input counts as of the latest time. Without hours there is one session, which never ends.
 */
export const anchoring = (
  hours: TradingHours | undefined,
): ((anchor: Anchor, at: number) => 'closed' | 'first' | 'later') => {
  const isOpenAt = hours && calendar(hours)
  return (anchor, at) => {
    if (at > anchor.now) anchor.now = at
    if (isOpenAt && !isOpenAt(anchor.session, anchor.now)) return 'closed'
    const open = isOpenAt ? anchor.session.open : -Infinity
    if (open === anchor.open) return 'later'
    anchor.open = open
    return 'first'
  }
}
