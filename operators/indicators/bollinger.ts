import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { deviation, type Moments, mean, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'

export interface BollingerOptions {
  /** Window, in inputs. Integer, at least 2. 20 is the usual. */
  readonly length: number
  /** Standard deviations from the middle to each band. Above 0. 2 is the usual. */
  readonly deviations: number
}

/** Two bands about the mean of a window, and where the latest number is between them. */
export interface Bollinger {
  /** Unit of the input; `middle` is the mean. */
  readonly lower: number
  readonly middle: number
  readonly upper: number
  /** 0 on the lower band, 1 on the upper one. */
  readonly percentB: number
  /** Standard deviations (n) from the middle. */
  readonly zScore: number
  /** From band to band, as a share of the middle. */
  readonly width: number
}

/**
 * Bollinger bands: the mean of a window and, on both sides, a number of its standard deviations.
 *
 * Bands are prices, and no inputs of a model; `percentB`, `zScore` and `width` are.
 *
 * In      number, price; positive, as the door admits them
 * Out     Bollinger; the record is reused
 * Emits   one per input from number `length` on; none while the window is flat: nothing has a place between equal bands
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2, or deviations not above 0
 * Source  Bollinger 2001, Bollinger on Bollinger Bands: the standard deviation of a population (n)
 *
 * @example
 * run(bollingerStep({ length: 2, deviations: 2 }), [1, 3]) // => [{ lower: 0, middle: 2, upper: 4, percentB: 0.75,
 * // zScore: 1, width: 2 }]
 */
export const bollinger = (options: BollingerOptions): Lifted<number, Bollinger> => lift(bollingerStep(options))

interface BollingerState {
  readonly window: Moments
  readonly out: { -readonly [Field in keyof Bollinger]: number }
}

/** The pure step behind {@link bollinger}. */
export const bollingerStep = ({ length, deviations }: BollingerOptions): Kernel<BollingerState, number, Bollinger> => {
  checkLengths('bollinger', { length }, 2)
  assert(deviations > 0, `bollinger: deviations is above 0, found ${deviations}`)
  const population = (length - 1) / length
  return {
    name: `bollinger(${length}, ${deviations})`,
    warmup: length,
    init: () => ({
      window: moments(length),
      out: { lower: 0, middle: 0, upper: 0, percentB: 0, zScore: 0, width: 0 },
    }),
    step({ window, out }, input) {
      const sigma = Math.sqrt(slide(window, input, length) * population)
      if (!(sigma > 0)) return undefined
      const reach = deviations * sigma
      out.middle = mean(window, length)
      out.lower = out.middle - reach
      out.upper = out.middle + reach
      out.zScore = deviation(window, input, length) / sigma
      out.percentB = 0.5 + out.zScore / (2 * deviations)
      out.width = (2 * reach) / out.middle
      return out
    },
  }
}
