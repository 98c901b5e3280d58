import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Channel, channel, placeIn, slideChannel } from '../channel.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'

export interface FisherTransformOptions {
  /** Window of highest and lowest, in inputs. Integer, at least 2. 10 is the usual. */
  readonly length: number
}

/** A line and what it was one input before. */
export interface FisherTransform {
  readonly fisher: number
  readonly trigger: number
}

/**
 * Ehlers' Fisher transform: where the number stands in its window, smoothed and stretched, so that turns are sharp.
 *
 * Ehlers reads the middle of each bar: put `medianPrice` before it.
 *
 * In      number, price, any unit
 * Out     FisherTransform, about -7.6..7.6; goes to 0 on a flat market; the record is reused
 * Emits   one per input from the second on: the window grows with the first `length` inputs
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Ehlers 2002, Technical Analysis of Stocks & Commodities 20(11). A window without a range sets the smoothed
 *         place back to the middle, and one beyond 0.99 is taken as 0.999
 *
 * @example
 * run(fisherTransformStep({ length: 2 }), [1, 2, 3])
 * // => [{ fisher: 0.342828, trigger: 0 }, { fisher: 0.791374, trigger: 0.342828 }]
 */
export const fisherTransform = (options: FisherTransformOptions): Lifted<number, FisherTransform> =>
  lift(fisherTransformStep(options))

interface FisherTransformState {
  place: number
  readonly channel: Channel
  readonly out: { fisher: number; trigger: number }
}

/** The pure step behind {@link fisherTransform}. */
export const fisherTransformStep = ({
  length,
}: FisherTransformOptions): Kernel<FisherTransformState, number, FisherTransform> => {
  checkLengths('fisherTransform', { length }, 2)
  return {
    name: `fisherTransform(${length})`,
    warmup: 2,
    settle: length + inputsToForget(0.33) + inputsToForget(0.5),
    init: () => ({ place: Number.NaN, channel: channel(length), out: { fisher: 0, trigger: 0 } }),
    step(state, input) {
      const isFirst = Number.isNaN(state.place)
      slideChannel(state.channel, input, input)
      const place = 2 * placeIn(state.channel, input) - 1
      const smoothed = Number.isNaN(place) ? 0 : 0.33 * place + 0.67 * state.place
      state.place = Math.abs(smoothed) > 0.99 ? Math.sign(smoothed) * 0.999 : smoothed
      state.out.trigger = state.out.fisher
      state.out.fisher = Math.atanh(state.place) + 0.5 * state.out.fisher
      return isFirst ? undefined : state.out
    },
  }
}
