import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Micros } from '../../engine/market/units.ts'
import { enqueue, type Waiting, waiting } from '../waiting.ts'

export interface FixedHorizonOptions {
  /** From the event to the price that it is held against, milliseconds of event time. Positive. */
  readonly horizonMs: number
  /** Changes of up to so many basis points are no move: spread and fees, at least. 0 or more. */
  readonly deadBps: number
}

/** What a price had become when the horizon was over. */
export interface FixedHorizon {
  /** When it is known. */
  readonly at: Micros
  /** The time of the event that it labels. */
  readonly from: Micros
  /** 1 for a rise, -1 for a fall, 0 for no move. */
  readonly direction: number
  /** Of the price, as a share. */
  readonly change: number
}

/**
 * Labels each price with what it has become after a span of time: for training alone, since it knows the future of the
 * event that it labels. It comes late, when that future is there.
 *
 * It is held against the first price at or after the horizon, which is the one that could be had. Rows are not counted:
 * `n` rows later is another time over each night and each gap.
 *
 * In      a record with `at` and `close`, price in quote currency; positive, as the door admits them
 * Out     FixedHorizon; direction and change 0 on a flat market; the record is reused
 * Emits   with the first input at or after the horizon of an earlier one, one for each of these, the oldest first; none
 *         for those that the data end on, and for prices that are not positive
 * State   two numbers for each input within the horizon, per key
 * Late    an input from before the latest is left out; over a gap the horizon ends with the first price after it
 * Fails   Defect ASSERT when horizonMs is not positive or deadBps is negative
 * Source  definition
 *
 * @example
 * const bar = (at: number, close: number) => ({ at, close })
 * const bars = [bar(0, 8), bar(1000, 4), bar(2000, 6), bar(9000, 4)]
 * const labels = run(fixedHorizonStep({ horizonMs: 2, deadBps: 5 }), bars)
 * labels[0] // => { at: 2000, from: 0, direction: -1, change: -0.25 }
 * labels[1] // => { at: 9000, from: 1000, direction: 0, change: 0 }
 */
export const fixedHorizon = (options: FixedHorizonOptions): Lifted<Pick<Bar, 'at' | 'close'>, FixedHorizon> =>
  lift(fixedHorizonStep(options))

interface FixedHorizonState {
  latest: number
  /** Of each event that has no label yet: time and price. */
  readonly events: Waiting
  readonly out: { at: Micros; from: Micros; direction: number; change: number }
}

/** The pure step behind {@link fixedHorizon}. */
export const fixedHorizonStep = ({
  horizonMs,
  deadBps,
}: FixedHorizonOptions): Expander<FixedHorizonState, Pick<Bar, 'at' | 'close'>, FixedHorizon> => {
  assert(horizonMs > 0, `fixedHorizon: horizonMs is positive, found ${horizonMs}`)
  assert(deadBps >= 0, `fixedHorizon: deadBps is 0 or more, found ${deadBps}`)
  const horizonUs = horizonMs * 1000
  const dead = deadBps / 10_000
  return {
    name: `fixedHorizon(${horizonMs}, ${deadBps})`,
    warmup: 2,
    settle: Infinity,
    init: () => ({
      latest: -Infinity,
      events: waiting(2),
      out: { at: 0 as Micros, from: 0 as Micros, direction: 0, change: 0 },
    }),
    step(state, { at, close }, emit) {
      if (at < state.latest) return
      state.latest = at
      const { events, out } = state
      for (; events.start < events.end && events.rows[events.start]! + horizonUs <= at; events.start += 2) {
        out.at = at
        out.from = events.rows[events.start]! as Micros
        out.change = close / events.rows[events.start + 1]! - 1
        out.direction = Math.abs(out.change) <= dead ? 0 : Math.sign(out.change)
        emit(out)
      }
      if (close <= 0) return
      const place = enqueue(events, 2)
      events.rows[place] = at
      events.rows[place + 1] = close
    },
  }
}
