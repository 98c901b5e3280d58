import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { smaStep } from './sma.ts'

export interface MovingAverageEnvelopeOptions {
  /** Window, in inputs. Integer, at least 1. 20 is the usual. */
  readonly length: number
  /** From the mean to each band, in percent of the mean. Above 0. 2.5 is the usual. */
  readonly offsetPercent: number
}

/** Two bands about a mean, unit of the input. */
export interface MovingAverageEnvelope {
  readonly lower: number
  readonly middle: number
  readonly upper: number
}

/**
 * Moving average envelope: the plain mean of a window and, on both sides, a share of it.
 *
 * The bands do not know how far prices move; those of `bollinger` and `keltner` do.
 *
 * In      number, price; positive, as the door admits them
 * Out     MovingAverageEnvelope; the record is reused
 * Emits   one per input from number `length` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1, or offsetPercent not above 0
 * Source  Murphy 1999, Technical Analysis of the Financial Markets, ch. 9
 *
 * @example
 * const step = movingAverageEnvelopeStep({ length: 2, offsetPercent: 10 })
 * run(step, [1, 3]) // => [{ lower: 1.8, middle: 2, upper: 2.2 }]
 */
export const movingAverageEnvelope = (options: MovingAverageEnvelopeOptions): Lifted<number, MovingAverageEnvelope> =>
  lift(movingAverageEnvelopeStep(options))

interface MovingAverageEnvelopeState {
  readonly mean: StateOf<typeof smaStep>
  readonly out: { lower: number; middle: number; upper: number }
}

/** The pure step behind {@link movingAverageEnvelope}. */
export const movingAverageEnvelopeStep = ({
  length,
  offsetPercent,
}: MovingAverageEnvelopeOptions): Kernel<MovingAverageEnvelopeState, number, MovingAverageEnvelope> => {
  checkLengths('movingAverageEnvelope', { length }, 1)
  assert(offsetPercent > 0, `movingAverageEnvelope: offsetPercent is above 0, found ${offsetPercent}`)
  const sma = smaStep({ length })
  return {
    name: `movingAverageEnvelope(${length}, ${offsetPercent})`,
    warmup: length,
    init: () => ({ mean: sma.init(), out: { lower: 0, middle: 0, upper: 0 } }),
    step({ mean, out }, input) {
      const middle = sma.step(mean, input)!
      if (Number.isNaN(middle)) return undefined
      const reach = (middle * offsetPercent) / 100
      out.lower = middle - reach
      out.middle = middle
      out.upper = middle + reach
      return out
    },
  }
}
