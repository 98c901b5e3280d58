import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Channel, channel, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import type { HighLowClose } from './adx.ts'

export interface ChoppinessOptions {
  /** Window, in bars. Integer, at least 2. 14 is the usual. */
  readonly length: number
}

/**
 * Choppiness index: how much longer the way of the prices was than the distance they covered. 100 is to and fro in one
 * place, 0 a straight line; trends are below 38, no trend is above 62.
 *
 * In      { high, low, close }, price, any unit
 * Out     number, 0..100
 * Emits   one per bar from bar `length + 1` on; none while the window has no range
 * State   `3 * length` numbers per key
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Dreiss 1993: the logarithm to the base `length` of the sum of true ranges over the range of them all, which
 *         reaches from the lowest true low to the highest true high
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(choppinessStep({ length: 2 }), [1, 1, 1, 2].map(bar)) // => [100, 41.503750]
 */
export const choppiness = (options: ChoppinessOptions): Lifted<HighLowClose, number> => lift(choppinessStep(options))

interface ChoppinessState {
  close: number
  readonly channel: Channel
  readonly way: Sum
}

/** The pure step behind {@link choppiness}. */
export const choppinessStep = ({ length }: ChoppinessOptions): Kernel<ChoppinessState, HighLowClose, number> => {
  checkLengths('choppiness', { length }, 2)
  return {
    name: `choppiness(${length})`,
    warmup: length + 1,
    init: () => ({ close: Number.NaN, channel: channel(length), way: sum(length) }),
    step(state, { high, low, close }) {
      const before = state.close
      state.close = close
      if (Number.isNaN(before)) return Number.NaN
      const top = Math.max(high, before)
      const bottom = Math.min(low, before)
      slideChannel(state.channel, top, bottom)
      const way = slideSum(state.way, top - bottom)
      return way > 0
        ? (100 * Math.log(way / (state.channel.top - state.channel.bottom))) / Math.log(length)
        : Number.NaN
    },
  }
}
