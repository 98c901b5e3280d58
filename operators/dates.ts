import { assert } from '../engine/assert.ts'

/** Of a wall clock, microseconds. */
export const DAY = 86_400_000_000
export const HOUR = 3_600_000_000
export const MINUTE = 60_000_000

/** The day of a wall clock, microseconds read as if UTC; days are counted from 1970-01-01. */
export const dayOf = (wall: number): number => Math.floor(wall / DAY)

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** 1 to 12. Source: Hinnant 2013, chrono-Compatible Low-Level Date Algorithms: years that begin in March. */
export const monthOf = (day: number): number => {
  const sinceMarch = day + 719_468
  const inEra = sinceMarch - Math.floor(sinceMarch / 146_097) * 146_097
  const leaps = Math.floor(inEra / 1_460) - Math.floor(inEra / 36_524) + Math.floor(inEra / 146_096)
  const year = Math.floor((inEra - leaps) / 365)
  const inYear = inEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const month = Math.floor((5 * inYear + 2) / 153)
  return month < 10 ? month + 3 : month - 9
}

/** 'YYYY-MM-DD' as a day. Fails: Defect ASSERT when there is no such date. */
export const dayNumber = (date: string): number => {
  const day = dayOf(Date.parse(`${date}T00:00:00Z`) * 1000)
  // A day that its month does not have is read as one of the next month.
  const isDate = /^\d{4}-\d\d-\d\d$/.test(date) && monthOf(day) === Number(date.slice(5, 7))
  assert(isDate, `a date is 'YYYY-MM-DD', found '${date}'`)
  return day
}

/** 'HH:MM' as microseconds since midnight. Fails: Defect ASSERT when there is no such time. */
export const timeOfClock = (time: string): number => {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? []
  assert(hours !== undefined, `a time of the day is 'HH:MM', found '${time}'`)
  return Number(hours) * HOUR + Number(minutes) * MINUTE
}
