import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import type { Micros } from '../../engine/market/units.ts'
import { calendar, noSession, type Session, type TradingHours } from '../sessions.ts'

export interface GapDetectionOptions {
  /** The longest silence that is no gap, milliseconds of event time. Positive. */
  readonly quietMs: number
  /** When the market is open: silence over a close is no gap then. Default: at all times. */
  readonly hours?: TradingHours
}

/** A silence: what comes next is not to be held against what came before. */
export interface Gap {
  /** Its end: the event after it. */
  readonly at: Micros
  /** Its beginning: the event before it. */
  readonly since: Micros
  /** Milliseconds. */
  readonly spanMs: number
}

/**
 * Tells where a feed was silent for too long: events were lost, or the source stood still.
 *
 * It tells when the silence is over. To hear of one that goes on, watch the age of the feed.
 *
 * In      a record with `at`
 * Out     Gap { at, since, spanMs }; the record is reused
 * Emits   with the first event after a silence of more than `quietMs`, both within one session of the hours
 * State   five numbers per key
 * Late    a late event ends no gap and begins none
 * Fails   Defect ASSERT when quietMs is not positive, or the hours make no sense; usage TIME_ZONE
 * Source  own
 *
 * @example
 * const events = [0, 400, 1000, 2500, 2600].map(ms => ({ at: ms * 1000 }))
 * run(gapDetectionStep({ quietMs: 1000 }), events) // => [{ at: 2_500_000, since: 1_000_000, spanMs: 1500 }]
 */
export const gapDetection = (options: GapDetectionOptions): Lifted<Stamped, Gap> => lift(gapDetectionStep(options))

interface GapDetectionState {
  last: number
  /** The open of the session of the last event; NaN while the market is closed. */
  open: number
  readonly session: Session
  readonly out: { -readonly [name in keyof Gap]: Gap[name] }
}

/** The pure step behind {@link gapDetection}. */
export const gapDetectionStep = ({ quietMs, hours }: GapDetectionOptions): Kernel<GapDetectionState, Stamped, Gap> => {
  assert(quietMs > 0, `gapDetection: quietMs is positive, found ${quietMs}`)
  const quietUs = quietMs * 1000
  const isOpenAt = hours && calendar(hours)
  return {
    name: `gapDetection(${quietMs})`,
    warmup: 2,
    init: () => ({
      last: Number.NaN,
      open: Number.NaN,
      session: noSession(),
      out: { at: 0 as Micros, since: 0 as Micros, spanMs: 0 },
    }),
    step(state, { at }) {
      const { last, open, session, out } = state
      if (at <= last) return undefined
      state.last = at
      state.open = !isOpenAt ? -Infinity : isOpenAt(session, at) ? session.open : Number.NaN
      if (!(at - last > quietUs) || state.open !== open) return undefined
      out.at = at
      out.since = last as Micros
      out.spanMs = (at - last) / 1000
      return out
    },
  }
}
