import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import { calendar, nameOfHours, noSession, type Session, type TradingHours } from '../sessions.ts'

export interface MinutesSinceOpenOptions {
  /** When the market is open, with its holidays and half days. */
  readonly hours: TradingHours
}

/**
 * How long the market has been open today.
 *
 * In      a record with `at`, microseconds; a bar's is its end, so the last bar of a session ends when it is closed
 * Out     number, minutes; 0 at the open
 * Emits   one per input while the market is open, else none
 * State   one session per key
 * Late    by its own time; a gap does not matter. An opening belongs to the session, a close does not
 * Fails   Defect ASSERT when the hours make no sense; usage TIME_ZONE when nobody knows the zone
 * Source  definition
 *
 * @example
 * const hours = { zone: 'UTC', open: '22:00', close: '23:00' }
 * const at = (minutes: number) => ({ at: (28_333_320 + minutes) * 60_000_000 })
 * run(minutesSinceOpenStep({ hours }), [at(0), at(7.5), at(60)]) // => [0, 7.5]
 */
export const minutesSinceOpen = (options: MinutesSinceOpenOptions): Lifted<Stamped, number> =>
  lift(minutesSinceOpenStep(options))

/** The pure step behind {@link minutesSinceOpen}. */
export const minutesSinceOpenStep = ({ hours }: MinutesSinceOpenOptions): Kernel<Session, Stamped, number> => {
  const isOpenAt = calendar(hours)
  return {
    name: `minutesSinceOpen(${nameOfHours(hours)})`,
    warmup: 1,
    init: noSession,
    step: (session, { at }) => (isOpenAt(session, at) ? (at - session.open) / 60_000_000 : Number.NaN),
  }
}
