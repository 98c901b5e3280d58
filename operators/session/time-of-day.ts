import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import { offsetAt, offsetTable } from '../../engine/time/offset-table.ts'
import { DAY } from '../dates.ts'

export interface TimeOfDayOptions {
  /** Whose clock: 'America/New_York', 'UTC', '+05:30'. The zone of the exchange keeps its opening at one place. */
  readonly zone: string
}

/** A place on a circle that is gone round once a day; midnight is at (0, 1), six in the morning at (1, 0). */
export interface TimeOfDay {
  readonly sin: number
  readonly cos: number
}

/**
 * The time of the day as a place on a circle, for linear models and networks: 23:59 and 00:01 are neighbours. Both
 * numbers are needed, since 03:00 and 09:00 have the same sine. For trees take `calendarFields`.
 *
 * In      a record with `at`, microseconds; a bar's is its end
 * Out     TimeOfDay { sin, cos }, each -1 to 1
 * Emits   one per input
 * State   none
 * Late    by its own time; a gap does not matter. Clocks that are set forward or back make a step of an hour
 * Fails   usage TIME_ZONE when nobody knows the zone
 * Source  definition: sine and cosine of 2 pi s / 86400 with s seconds since local midnight
 *
 * @example
 * const at = (hour: number) => ({ at: hour * 3_600_000_000 })
 * run(timeOfDayStep({ zone: 'UTC' }), [at(0), at(6), at(21)]).map(t => t.sin) // => [0, 1, -0.70710678]
 */
export const timeOfDay = (options: TimeOfDayOptions): Lifted<Stamped, TimeOfDay> => lift(timeOfDayStep(options))

interface TimeOfDayState {
  readonly out: { sin: number; cos: number }
}

/** The pure step behind {@link timeOfDay}. */
export const timeOfDayStep = ({ zone }: TimeOfDayOptions): Kernel<TimeOfDayState, Stamped, TimeOfDay> => {
  const table = offsetTable(zone)
  return {
    name: `timeOfDay(${zone})`,
    warmup: 1,
    init: () => ({ out: { sin: 0, cos: 0 } }),
    step({ out }, { at }) {
      const wall = at + offsetAt(table, at)
      const angle = (2 * Math.PI * (wall - Math.floor(wall / DAY) * DAY)) / DAY
      out.sin = Math.sin(angle)
      out.cos = Math.cos(angle)
      return out
    },
  }
}
