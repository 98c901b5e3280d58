import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { emaStep } from './ema.ts'

export interface ZeroLagEmaOptions {
  /** Averaging length, in inputs. Integer, at least 3. 20 is the usual. */
  readonly length: number
}

/**
 * Zero-lag exponential moving average: an `ema` of prices that are put ahead by what they moved in half its length. It
 * follows a steady move without lag, and overshoots where the move ends.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat market
 * Emits   one per input from number `length + lag` on, with lag the whole half of length - 1
 * State   `length / 2` and two numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 3
 * Source  Ehlers and Way 2010, Zero Lag (Well, Almost), in the form without a gain to search for: the ema of
 *         2 x - x[lag]
 *
 * @example
 * run(zeroLagEmaStep({ length: 3 }), [1, 2, 3, 4, 4]) // => [4, 4]
 */
export const zeroLagEma = (options: ZeroLagEmaOptions): Lifted<number, number> => lift(zeroLagEmaStep(options))

interface ZeroLagEmaState {
  readonly inputs: Ring
  readonly mean: StateOf<typeof emaStep>
}

/** The pure step behind {@link zeroLagEma}. */
export const zeroLagEmaStep = ({ length }: ZeroLagEmaOptions): Kernel<ZeroLagEmaState, number, number> => {
  checkLengths('zeroLagEma', { length }, 3)
  const lag = Math.floor((length - 1) / 2)
  const ema = emaStep({ length })
  return {
    name: `zeroLagEma(${length})`,
    warmup: lag + ema.warmup,
    settle: lag + ema.settle!,
    init: () => ({ inputs: ring(lag), mean: ema.init() }),
    step({ inputs, mean }, input) {
      const ahead = input + (input - exchange(inputs, input))
      return Number.isNaN(ahead) ? Number.NaN : ema.step(mean, ahead)
    },
  }
}
