import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import { calendar, nameOfHours, noSession, type Session, type TradingHours } from '../sessions.ts'

export interface TimeToCloseOptions {
  /** When the market is open, with its holidays and half days. */
  readonly hours: TradingHours
}

/**
 * How long the market will still be open today: half days close early.
 *
 * In      a record with `at`, microseconds; a bar's is its end, so the last bar of a session ends when it is closed
 * Out     number, minutes; above 0
 * Emits   one per input while the market is open, else none
 * State   one session per key
 * Late    by its own time; a gap does not matter. An opening belongs to the session, a close does not
 * Fails   Defect ASSERT when the hours make no sense; usage TIME_ZONE when nobody knows the zone
 * Source  definition
 *
 * @example
 * const hours = { zone: 'UTC', open: '22:00', close: '23:00' }
 * const at = (minutes: number) => ({ at: (28_333_320 + minutes) * 60_000_000 })
 * run(timeToCloseStep({ hours }), [at(0), at(7.5), at(60)]) // => [60, 52.5]
 */
export const timeToClose = (options: TimeToCloseOptions): Lifted<Stamped, number> => lift(timeToCloseStep(options))

/** The pure step behind {@link timeToClose}. */
export const timeToCloseStep = ({ hours }: TimeToCloseOptions): Kernel<Session, Stamped, number> => {
  const isOpenAt = calendar(hours)
  return {
    name: `timeToClose(${nameOfHours(hours)})`,
    warmup: 1,
    init: noSession,
    step: (session, { at }) => (isOpenAt(session, at) ? (session.close - at) / 60_000_000 : Number.NaN),
  }
}
