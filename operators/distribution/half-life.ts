import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Pairs, pairs, slidePairs } from '../pairs.ts'

export interface HalfLifeOptions {
  /** Window, in inputs. Integer, at least 4. */
  readonly length: number
}

/**
 * In how many inputs half of a distance to the mean is gone: of the process x' = a + phi * x + noise that fits the
 * window best.
 *
 * Of a random walk it says about a sixth of the window, and not infinity: least squares take phi too small.
 *
 * In      number, any unit; finite; mostly a spread
 * Out     number, inputs, above 0
 * Emits   one per input from number `length` on; none while phi is not between 0 and 1 by more than rounding (a trend,
 *         or to and fro at each input), and none on a flat window
 * State   `10 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 4
 * Source  first-order autoregression by least squares, ln(1/2) / ln(phi); Chan 2013, Algorithmic Trading, ch. 2, has
 *         its limit for phi near 1, -ln(2) / (phi - 1)
 *
 * @example
 * run(halfLifeStep({ length: 4 }), [8, 4, 2, 1, 0.5]) // => [1, 1]
 */
export const halfLife = (options: HalfLifeOptions): Lifted<number, number> => lift(halfLifeStep(options))

interface HalfLifeState {
  input: number
  readonly pairs: Pairs
}

/** The pure step behind {@link halfLife}. */
export const halfLifeStep = ({ length }: HalfLifeOptions): Kernel<HalfLifeState, number, number> => {
  checkLengths('halfLife', { length }, 4)
  return {
    name: `halfLife(${length})`,
    warmup: length,
    init: () => ({ input: Number.NaN, pairs: pairs(length - 1) }),
    step(state, input) {
      const before = state.input
      state.input = input
      if (Number.isNaN(before) || !slidePairs(state.pairs, before, input - before)) return Number.NaN
      const { xx, xy } = state.pairs.window
      const lost = xy / xx
      // Less than that is rounding, and a half-life of 10^15 inputs.
      return lost < -1e-12 && lost > -1 ? -Math.LN2 / Math.log1p(lost) : Number.NaN
    },
  }
}
