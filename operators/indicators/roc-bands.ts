import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type Mean, noMean, slideMean } from '../mean.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import { percentChange } from './rate-of-change.ts'

export interface RocBandsOptions {
  /** How many inputs back the price is to which the change is taken. Integer, at least 1. 20 is the usual. */
  readonly lag: number
  /** Averaging length of the middle line, in inputs. Integer, at least 1. 5 is the usual. */
  readonly average: number
  /** Window of the width of the bands, in inputs. Integer, at least 1. 5 is the usual. */
  readonly width: number
}

/** A rate of change and what is usual for it, percent. */
export interface RocBands {
  readonly roc: number
  /** The exponential mean of `roc`. */
  readonly mean: number
  readonly upper: number
  readonly lower: number
}

/**
 * Rate of change with bands: the momentum of a price beside the size that it had of late. Outside of the bands it is
 * unusual.
 *
 * In      number, price; positive, as the door admits them
 * Out     RocBands, percent; all 0 on a flat market; the record is reused
 * Emits   one per input from number `lag + max(average, width)` on
 * State   `lag + width` numbers per key, and nine
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when an option is not an integer of at least 1
 * Source  Skender's Stock Indicators, after Vitali Apirine: bands at plus and minus the root mean square of the rates,
 *         which is their deviation from 0 and not from their mean
 *
 * @example
 * run(rocBandsStep({ lag: 1, average: 2, width: 2 }), [4, 5, 8])
 * // => [{ roc: 60, mean: 42.5, upper: 45.961941, lower: -45.961941 }]
 */
export const rocBands = (options: RocBandsOptions): Lifted<number, RocBands> => lift(rocBandsStep(options))

interface RocBandsState {
  readonly prices: Ring
  readonly mean: Mean
  readonly squares: Sum
  readonly out: { -readonly [name in keyof RocBands]: RocBands[name] }
}

/** The pure step behind {@link rocBands}. */
export const rocBandsStep = ({ lag, average, width }: RocBandsOptions): Kernel<RocBandsState, number, RocBands> => {
  checkLengths('rocBands', { lag, average, width }, 1)
  const weight = 2 / (average + 1)
  const warmup = lag + Math.max(average, width)
  return {
    name: `rocBands(${lag}, ${average}, ${width})`,
    warmup,
    settle: warmup + inputsToForget(weight),
    init: () => ({
      prices: ring(lag),
      mean: noMean(),
      squares: sum(width),
      out: { roc: 0, mean: 0, upper: 0, lower: 0 },
    }),
    step(state, input) {
      const roc = percentChange(input, exchange(state.prices, input))
      if (Number.isNaN(roc)) return undefined
      const square = slideSum(state.squares, roc * roc) / width
      if (!slideMean(state.mean, roc, average, weight) || Number.isNaN(square)) return undefined
      const { out } = state
      out.roc = roc
      out.mean = state.mean.mean
      out.upper = Math.sqrt(Math.max(square, 0))
      out.lower = 0 - out.upper
      return out
    },
  }
}
