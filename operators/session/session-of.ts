import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import { calendar, nameOfHours, noSession, type Session, type TradingHours } from '../sessions.ts'

export interface SessionOfOptions<Name extends string> {
  /** The sessions, by the name that each has in the output. `currencySessions` is for currencies and metals. */
  readonly sessions: Readonly<Record<Name, TradingHours>>
}

/** The usual hours of the three centres, by their own clocks: the overlap of London and New York moves in spring. */
export const currencySessions: Readonly<Record<'asia' | 'london' | 'newYork', TradingHours>> = {
  asia: { zone: 'Asia/Tokyo', open: '09:00', close: '18:00' },
  london: { zone: 'Europe/London', open: '08:00', close: '17:00' },
  newYork: { zone: 'America/New_York', open: '08:00', close: '17:00' },
}

/**
 * Which of some sessions an event falls in, none or several: Asia, London, New York; or the hours before, in and after
 * a market.
 *
 * In      a record with `at`, microseconds; a bar's is its end
 * Out     a record with a number for each name, 1 while that session is open, else 0
 * Emits   one per input
 * State   one session per name and key
 * Late    by its own time; a gap does not matter. An opening belongs to the session, a close does not
 * Fails   Defect ASSERT when hours make no sense; usage TIME_ZONE when nobody knows a zone
 * Source  own; the hours of the centres are a convention
 *
 * @example
 * const at = (hour: number) => ({ at: (19_675 * 24 + hour) * 3_600_000_000 })
 * const sessions = run(sessionOfStep({ sessions: currencySessions }), [at(8), at(14), at(23)])
 * sessions[0] // => { asia: 1, london: 1, newYork: 0 }
 * sessions[1] // => { asia: 0, london: 1, newYork: 1 }
 * sessions[2] // => { asia: 0, london: 0, newYork: 0 }
 */
export const sessionOf = <Name extends string>(
  options: SessionOfOptions<Name>,
): Lifted<Stamped, Readonly<Record<Name, number>>> => lift(sessionOfStep(options))

interface SessionOfState<Name extends string> {
  readonly sessions: readonly Session[]
  readonly out: Record<Name, number>
}

/** The pure step behind {@link sessionOf}. */
export const sessionOfStep = <Name extends string>({
  sessions,
}: SessionOfOptions<Name>): Kernel<SessionOfState<Name>, Stamped, Readonly<Record<Name, number>>> => {
  const names = Object.keys(sessions) as Name[]
  const calendars = names.map(name => calendar(sessions[name]))
  return {
    name: `sessionOf(${names.map(name => `${name} ${nameOfHours(sessions[name])}`).join(', ')})`,
    warmup: 1,
    init: () => ({
      sessions: names.map(noSession),
      out: Object.fromEntries(names.map(name => [name, 0])) as Record<Name, number>,
    }),
    step(state, { at }) {
      for (let i = 0; i < names.length; i++) state.out[names[i]!] = calendars[i]!(state.sessions[i]!, at) ? 1 : 0
      return state.out
    },
  }
}
