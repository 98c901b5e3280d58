import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Channel, channel, placeIn, slideChannel } from '../channel.ts'
import { type FineMean, fineMean, gapOf, slideFineMean } from '../fine-mean.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface StcOptions {
  /** Window in which the difference of the means is placed, in inputs. Integer, at least 2. 10 is the usual. */
  readonly cycle: number
  /** Length of the quick mean, in inputs. Integer, at least 1. 23 is the usual. */
  readonly fast: number
  /** Length of the slow mean, in inputs. Integer above `fast`. 50 is the usual. */
  readonly slow: number
  /** Window of the last mean, in inputs. Integer, at least 1. 3 is the usual. */
  readonly smooth: number
}

/**
 * Schaff trend cycle: where the line of `macd` stands between its lowest and highest value of late.
 *
 * In      number, price, any unit; finite
 * Out     number, 0..100
 * Emits   one per input from number `slow + cycle + smooth - 2` on; none for an input at which the line had no range,
 *         as on a flat market: such an input counts in no mean
 * State   at most `4 * cycle + smooth` numbers per key, and six
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, cycle not one of at least 2, or slow is not
 *         above fast
 * Source  Schaff 1999, in the form of Skender's Stock Indicators: one slow stochastic of the line. Schaff's own code
 *         places the smoothed places a second time
 *
 * @example
 * run(stcStep({ cycle: 2, fast: 1, slow: 2, smooth: 2 }), [1, 2, 4, 4, 6]) // => [50, 50]
 */
export const stc = (options: StcOptions): Lifted<number, number> => lift(stcStep(options))

interface StcState {
  readonly fast: FineMean
  readonly slow: FineMean
  readonly channel: Channel
  readonly places: Sum
}

/** The pure step behind {@link stc}. */
export const stcStep = ({ cycle, fast, slow, smooth }: StcOptions): Kernel<StcState, number, number> => {
  checkLengths('stc', { fast, slow, smooth }, 1)
  checkLengths('stc', { cycle }, 2)
  assert(slow > fast, `stc: slow is above fast ${fast}, found ${slow}`)
  const [fastWeight, slowWeight] = [2 / (fast + 1), 2 / (slow + 1)]
  const warmup = slow + cycle + smooth - 2
  return {
    name: `stc(${cycle}, ${fast}, ${slow}, ${smooth})`,
    warmup,
    settle: warmup + inputsToForget(slowWeight),
    init: () => ({ fast: fineMean(), slow: fineMean(), channel: channel(cycle), places: sum(smooth) }),
    step(state, input) {
      slideFineMean(state.fast, input, fast, fastWeight)
      if (!slideFineMean(state.slow, input, slow, slowWeight)) return Number.NaN
      const line = gapOf(state.fast, state.slow)
      if (!slideChannel(state.channel, line, line)) return Number.NaN
      const place = 100 * placeIn(state.channel, line)
      return Number.isNaN(place) ? Number.NaN : slideSum(state.places, place) / smooth
    },
  }
}
