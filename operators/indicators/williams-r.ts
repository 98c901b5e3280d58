import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Channel, channel, placeIn, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'
import type { HighLowClose } from './adx.ts'

export interface WilliamsROptions {
  /** Window, in bars. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/**
 * Williams' %R: how far the close is below the highest high of the window, in percent of the range of the window. It is
 * the raw %K of `stochastic` less 100.
 *
 * In      { high, low, close }, price, any unit
 * Out     number, -100..0: 0 at the high of the window
 * Emits   one per bar from bar `length` on; none while the window has no range
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Williams 1973, How I Made One Million Dollars Last Year Trading Commodities
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(williamsRStep({ length: 2 }), [1, 2, 3, 2].map(bar)) // => [-33.333333, -33.333333, -66.666667]
 */
export const williamsR = (options: WilliamsROptions): Lifted<HighLowClose, number> => lift(williamsRStep(options))

/** The pure step behind {@link williamsR}. */
export const williamsRStep = ({ length }: WilliamsROptions): Kernel<Channel, HighLowClose, number> => {
  checkLengths('williamsR', { length }, 1)
  return {
    name: `williamsR(${length})`,
    warmup: length,
    init: () => channel(length),
    step: (state, { high, low, close }) =>
      slideChannel(state, high, low) ? 100 * (placeIn(state, close) - 1) : Number.NaN,
  }
}
