import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Signal } from '../../engine/market/target.ts'

/**
 * Acts one price later: a signal that one price has made is taken at the next, as of bars at the next open.
 *
 * For sizes that hang on the price they are traded at. Where they do not, a venue that fills on the next quote does.
 *
 * In      Signal as it stands at each price, so one for each price, whether it is new or not
 * Out     Signal with the later price; the record is reused
 * Emits   at the input behind the one whose direction was new; the direction at the start counts as new
 * State   two directions per key
 * Late    not seen: works by order; a gap is waited through
 * Source  definition
 *
 * @example
 * run(atNextPriceStep(), [{ direction: 1, price: 5 }, { direction: 1, price: 6 }]) // => [{ direction: 1, price: 6 }]
 */
export const atNextPrice = (): Lifted<Signal, Signal> => lift(atNextPriceStep())

interface AtNextPriceState {
  /** Of the price before; NaN is none. */
  before: number
  readonly out: { direction: Signal['direction']; price: number }
}

/** The pure step behind {@link atNextPrice}. */
export const atNextPriceStep = (): Kernel<AtNextPriceState, Signal, Signal> => ({
  name: 'atNextPrice',
  warmup: 2,
  settle: Infinity,
  init: () => ({ before: Number.NaN, out: { direction: 0, price: Number.NaN } }),
  step(state, { direction, price }) {
    const { before, out } = state
    state.before = direction
    if (Number.isNaN(before) || (before === out.direction && !Number.isNaN(out.price))) return undefined
    out.direction = before as Signal['direction']
    out.price = price
    return out
  },
})
