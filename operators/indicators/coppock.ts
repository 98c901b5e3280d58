import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ramp, ramp, slideRamp, weightedMean } from '../ramp.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { percentChange } from './rate-of-change.ts'

export interface CoppockOptions {
  /** Lag of one rate of change, in inputs. Integer, at least 1. 14 is the usual, of months. */
  readonly long: number
  /** Lag of the other. Integer, at least 1. 11 is the usual. */
  readonly short: number
  /** Window of the weighted mean, in inputs. Integer, at least 1. 10 is the usual. */
  readonly length: number
}

/**
 * Coppock curve: the weighted mean of two rates of change. It was made for months, where a turn up from below 0 is said
 * to announce years of rising prices.
 *
 * In      number, price; positive, as the door admits them
 * Out     number, percent, of two rates together; 0 on a flat market
 * Emits   one per input from number `max(long, short) + length` on
 * State   `long + short + length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when an option is not an integer of at least 1
 * Source  Coppock 1962, Barron's; linear weights
 *
 * @example
 * run(coppockStep({ long: 2, short: 1, length: 2 }), [4, 5, 6, 9]) // => [110]
 */
export const coppock = (options: CoppockOptions): Lifted<number, number> => lift(coppockStep(options))

interface CoppockState {
  readonly long: Ring
  readonly short: Ring
  readonly rates: Ramp
}

/** The pure step behind {@link coppock}. */
export const coppockStep = ({ long, short, length }: CoppockOptions): Kernel<CoppockState, number, number> => {
  checkLengths('coppock', { long, short, length }, 1)
  return {
    name: `coppock(${long}, ${short}, ${length})`,
    warmup: Math.max(long, short) + length,
    init: () => ({ long: ring(long), short: ring(short), rates: ramp(length) }),
    step(state, input) {
      const slow = percentChange(input, exchange(state.long, input))
      const both = slow + percentChange(input, exchange(state.short, input))
      if (Number.isNaN(both)) return Number.NaN
      slideRamp(state.rates, both)
      return weightedMean(state.rates)
    },
  }
}
