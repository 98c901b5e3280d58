import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { correlationOf, type Pairs, pairs, slidePairs } from '../pairs.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface AutocorrelationOptions {
  /** Window, in inputs. Integer, at least `lag + 2`. */
  readonly length: number
  /** How many inputs lie between the two of a pair. Integer, at least 1. */
  readonly lag: number
}

/**
 * Correlation of the numbers in a window with those `lag` inputs before them: above 0 when moves go on, below 0 when
 * they turn back.
 *
 * It is of `length - lag` pairs, each side with its own mean; the autocorrelation function of the textbooks takes one
 * mean for both. With 15 pairs its standard error is 0.26: of a short window it says little.
 *
 * In      number, any unit; finite; mostly returns
 * Out     number, -1..1
 * Emits   one per input from number `length` on; none while one side of the pairs is flat
 * State   `10 * (length - lag) + lag` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when lag is not an integer of at least 1, or length not one of at least lag + 2
 * Source  Pearson's correlation, as pandas' Series.autocorr on the window
 *
 * @example
 * run(autocorrelationStep({ length: 4, lag: 1 }), [1, 2, 1, 3, 1]) // => [-0.866025, -0.866025]
 */
export const autocorrelation = (options: AutocorrelationOptions): Lifted<number, number> =>
  lift(autocorrelationStep(options))

interface AutocorrelationState {
  readonly before: Ring
  readonly pairs: Pairs
}

/** The pure step behind {@link autocorrelation}. */
export const autocorrelationStep = ({
  length,
  lag,
}: AutocorrelationOptions): Kernel<AutocorrelationState, number, number> => {
  checkLengths('autocorrelation', { length, lag }, 1)
  assert(length >= lag + 2, `autocorrelation: length is at least ${lag + 2}, two more than the lag, found ${length}`)
  return {
    name: `autocorrelation(${length}, ${lag})`,
    warmup: length,
    init: () => ({ before: ring(lag), pairs: pairs(length - lag) }),
    step({ before, pairs }, input) {
      const earlier = exchange(before, input)
      if (Number.isNaN(earlier) || !slidePairs(pairs, earlier, input)) return Number.NaN
      return correlationOf(pairs)
    },
  }
}
