import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import { calendar, nameOfHours, noSession, type Session, type TradingHours } from '../sessions.ts'

export interface SessionFilterOptions {
  /** When the market is open, with its holidays and half days. */
  readonly hours: TradingHours
}

/**
 * Lets what happens within trading hours pass, and nothing else.
 *
 * In      a record with `at`; one that also has a `start`, a bar, is judged by that: the last of a session passes
 * Out     the same record
 * Emits   one per input while the market is open. An opening belongs to the session, a close does not
 * State   one session per key
 * Late    by its own time; a gap does not matter
 * Fails   Defect ASSERT when the hours make no sense; usage TIME_ZONE when nobody knows the zone
 * Source  definition
 *
 * @example
 * const hours = { zone: 'UTC', open: '22:00', close: '23:00' }
 * const time = (minutes: number) => (28_333_320 + minutes) * 6e7
 * const bar = (minutes: number) => ({ start: time(minutes), at: time(minutes + 1), close: 5 })
 * run(sessionFilterStep({ hours }), [bar(-1), bar(0), bar(59), bar(60)]).length // => 2
 */
export const sessionFilter = <In extends Stamped>(options: SessionFilterOptions): Lifted<In, In> =>
  lift(sessionFilterStep<In>(options))

/** The pure step behind {@link sessionFilter}. */
export const sessionFilterStep = <In extends Stamped>({ hours }: SessionFilterOptions): Kernel<Session, In, In> => {
  const isOpenAt = calendar(hours)
  return {
    name: `sessionFilter(${nameOfHours(hours)})`,
    warmup: 1,
    init: noSession,
    step(session, input) {
      const at = 'start' in input ? (input.start as number) : input.at
      return isOpenAt(session, at) ? input : undefined
    },
  }
}
