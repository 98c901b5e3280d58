import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Target } from '../../engine/market/target.ts'
import type { Lots } from '../../engine/market/units.ts'

/**
 * Turns a position in two orders, one that closes it and one that opens the other side, where one would do both.
 *
 * For venues that keep long and short apart, for fees by order, and to repeat what others count.
 *
 * In      Target
 * Out     Target; the record is reused
 * Emits   one per input, two where the side turns: flat first, then the target
 * State   the side per key
 * Late    not seen: works by order
 * Source  definition
 *
 * @example
 * const targets = [3, -2, -1].map(lots => ({ lots, price: 5 }))
 * run(closeFirstStep(), targets).map(target => target.lots) // => [3, 0, -2, -1]
 */
export const closeFirst = (): Lifted<Target, Target> => lift(closeFirstStep())

interface CloseFirstState {
  side: number
  readonly out: { lots: Lots; price: number }
}

/** The pure step behind {@link closeFirst}. */
export const closeFirstStep = (): Expander<CloseFirstState, Target, Target> => ({
  name: 'closeFirst',
  warmup: 1,
  settle: Infinity,
  init: () => ({ side: 0, out: { lots: 0 as Lots, price: Number.NaN } }),
  step(state, { lots, price }, emit) {
    const { out, side } = state
    state.side = Math.sign(lots)
    out.price = price
    if (side * state.side < 0) {
      out.lots = 0 as Lots
      emit(out)
    }
    out.lots = lots
    emit(out)
  },
})
