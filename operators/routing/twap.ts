import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Target } from '../../engine/market/target.ts'
import type { Lots } from '../../engine/market/units.ts'
import { checkLengths } from '../lengths.ts'

export interface TwapOptions {
  /** Over how long a change of the target is spread, milliseconds of event time. Positive. */
  readonly overMs: number
  /** In how many parts. Integer, at least 1. */
  readonly slices: number
}

/**
 * Leads a target over to a new one in equal parts, at equal times: the average price of the time is what is aimed at.
 *
 * The first part is due at once, the last `overMs / slices` before the end. Parts are whole lots, the odd ones later. A
 * target that changes on the way begins a new way from where the old one has come to. `marketOrder` or `limitOrder`
 * behind it makes the child orders.
 *
 * In      Target, at each price anew
 * Out     Target on the way, at the price of the moment; the record is reused
 * Emits   when a part is due, at the first input at that time or behind it; the parts of a gap come as one
 * State   the way and how far it is per key
 * Late    by the latest time
 * Fails   Defect ASSERT when overMs is not positive, or slices not an integer of at least 1
 * Source  definition; Almgren and Chriss 2000, Journal of Risk 3(2): the way of least variance in cost without impact
 *
 * @example
 * const targets = [0, 0.5, 1, 2, 3].map(ms => [ms * 1000, { lots: 8, price: 5 }])
 * runAt(twapStep({ overMs: 4, slices: 4 }), targets).map(target => target.lots) // => [2, 4, 6, 8]
 */
export const twap = (options: TwapOptions): Lifted<Target, Target> => lift(twapStep(options))

interface TwapState {
  now: number
  /** The way: where it began and when, and where it leads. */
  from: number
  since: number
  to: number
  /** Parts that were given out. */
  done: number
  readonly out: { lots: Lots; price: number }
}

/** The pure step behind {@link twap}. */
export const twapStep = ({ overMs, slices }: TwapOptions): Expander<TwapState, Target, Target> => {
  assert(overMs > 0, `twap: overMs is positive, found ${overMs}`)
  checkLengths('twap', { slices }, 1)
  const sliceUs = (overMs * 1000) / slices
  return {
    name: `twap(${overMs}, ${slices})`,
    warmup: 1,
    settle: Infinity,
    init: () => ({
      now: -Infinity,
      from: 0,
      since: 0,
      to: 0,
      done: slices,
      out: { lots: 0 as Lots, price: Number.NaN },
    }),
    tick(state, now) {
      if (now > state.now) state.now = now
    },
    step(state, { lots, price }, emit) {
      const { now, out } = state
      out.price = price
      if (lots !== state.to) {
        state.from = out.lots
        state.since = now
        state.to = lots
        state.done = 0
      }
      const due = Math.min(slices, Math.floor((now - state.since) / sliceUs) + 1)
      if (due <= state.done) return
      state.done = due
      const step = (state.from + Math.trunc(((lots - state.from) * due) / slices)) as Lots
      if (step === out.lots) return
      out.lots = step
      emit(out)
    },
  }
}
