import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import { offsetAt, offsetTable } from '../../engine/time/offset-table.ts'
import { DAY, dayOf, HOUR, MINUTE, monthOf, weekdayOf } from '../dates.ts'

export interface CalendarFieldsOptions {
  /** Whose clock and calendar: 'America/New_York', 'UTC', '+05:30'. */
  readonly zone: string
}

export interface CalendarFields {
  /** 0 to 23. */
  readonly hour: number
  /** 0 to 59. */
  readonly minute: number
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number
  /** 1 to 12. */
  readonly month: number
}

/**
 * Hour, minute, weekday and month by the clock of a zone, for trees; linear models and networks take `timeOfDay`.
 *
 * In      a record with `at`, microseconds; a bar's is its end
 * Out     CalendarFields { hour, minute, weekday, month }, whole numbers
 * Emits   one per input
 * State   none
 * Late    by its own time; a gap does not matter
 * Fails   usage TIME_ZONE when nobody knows the zone
 * Source  definition; weekdays as in ISO 8601
 *
 * @example
 * const fields = run(calendarFieldsStep({ zone: 'America/New_York' }), [{ at: 1_700_000_000_000_000 }])
 * fields // => [{ hour: 17, minute: 13, weekday: 2, month: 11 }]
 */
export const calendarFields = (options: CalendarFieldsOptions): Lifted<Stamped, CalendarFields> =>
  lift(calendarFieldsStep(options))

interface CalendarFieldsState {
  readonly out: { -readonly [Field in keyof CalendarFields]: number }
}

/** The pure step behind {@link calendarFields}. */
export const calendarFieldsStep = ({
  zone,
}: CalendarFieldsOptions): Kernel<CalendarFieldsState, Stamped, CalendarFields> => {
  const table = offsetTable(zone)
  return {
    name: `calendarFields(${zone})`,
    warmup: 1,
    init: () => ({ out: { hour: 0, minute: 0, weekday: 0, month: 0 } }),
    step({ out }, { at }) {
      const wall = at + offsetAt(table, at)
      const day = dayOf(wall)
      const time = wall - day * DAY
      out.hour = Math.floor(time / HOUR)
      out.minute = Math.floor((time % HOUR) / MINUTE)
      out.weekday = weekdayOf(day)
      out.month = monthOf(day)
      return out
    },
  }
}
