import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Lots } from '../../engine/market/units.ts'
import { type Exit, nothing, type Wish } from '../exit.ts'
import { calendar, nameOfHours, noSession, type Session, type TradingHours } from '../sessions.ts'

export interface SessionExitOptions {
  /** When the market is open, with its holidays and half days. */
  readonly hours: TradingHours
  /** How long before the close everything is left, milliseconds. Default 0: at the close, where a quote comes then. */
  readonly beforeMs?: number
}

/**
 * Holds nothing overnight: flat from some time before the close of each session until the next opens.
 *
 * What is still wished for when the next session opens is entered again; wishes that should not outlive their session
 * have to end themselves.
 *
 * In      Wish: { at, bid, ask, lots }, one for each quote
 * Out     Exit: the wish with its price, half way; lots 0 outside of the session; the record is reused
 * Emits   one per input
 * State   one session per key
 * Late    by its own time; where no quote comes before the close nothing can be left: over a gap it leaves behind it
 * Fails   Defect ASSERT when the hours make no sense or beforeMs is below 0; usage TIME_ZONE for an unknown zone
 * Source  definition
 *
 * @example
 * const hours = { zone: 'UTC', open: '08:00', close: '09:00' }
 * const quote = (minutes: number) => ({ at: (28_333_440 + minutes) * 60_000_000, bid: 5, ask: 6, lots: 2 })
 * const step = sessionExitStep({ hours, beforeMs: 60_000 })
 * run(step, [479, 480, 538, 539].map(quote)).map(exit => exit.lots) // => [0, 2, 2, 0]
 */
export const sessionExit = (options: SessionExitOptions): Lifted<Wish, Exit> => lift(sessionExitStep(options))

interface SessionExitState {
  readonly session: Session
  readonly out: ReturnType<typeof nothing>
}

/** The pure step behind {@link sessionExit}. */
export const sessionExitStep = (options: SessionExitOptions): Kernel<SessionExitState, Wish, Exit> => {
  const { hours, beforeMs = 0 } = options
  assert(beforeMs >= 0, `sessionExit: beforeMs is at least 0, found ${beforeMs}`)
  const isOpenAt = calendar(hours)
  return {
    name: `sessionExit(${nameOfHours(hours)}, ${beforeMs})`,
    warmup: 1,
    init: () => ({ session: noSession(), out: nothing() }),
    step({ session, out }, { at, bid, ask, lots }) {
      const isHeld = isOpenAt(session, at) && at < session.close - beforeMs * 1000
      out.at = at
      out.bid = bid
      out.ask = ask
      out.lots = isHeld ? lots : (0 as Lots)
      out.price = (bid + ask) / 2
      return out
    },
  }
}
