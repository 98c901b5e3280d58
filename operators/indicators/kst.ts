import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import { percentChange } from './rate-of-change.ts'

export interface KstOptions {
  /** Lags of the rates of change, in inputs. Integers of at least 1. [10, 15, 20, 30] is the usual. */
  readonly lags: readonly number[]
  /** Window of the mean of each of them. Integers of at least 1, as many. [10, 10, 10, 15] is the usual. */
  readonly lengths: readonly number[]
  /** Window of the signal, in inputs. Integer, at least 1. 9 is the usual. */
  readonly signal: number
}

/** A line and its mean. */
export interface Kst {
  readonly kst: number
  readonly signal: number
}

/**
 * Know sure thing: a weighted sum of smoothed rates of change, the first with weight 1, the second with 2 and so on.
 *
 * In      number, price; positive, as the door admits them
 * Out     Kst, percent times the sum of the weights; both 0 on a flat market; the record is reused
 * Emits   one per input from number `max(lag + length) + signal - 1` on
 * State   the sum of all lags and lengths, numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when an option is not an integer of at least 1, or there are not as many lengths as lags
 * Source  Pring 1992, Technical Analysis of Stocks & Commodities 10(7); plain means
 *
 * @example
 * run(kstStep({ lags: [1, 2], lengths: [1, 1], signal: 2 }), [4, 5, 6, 9]) // => [{ kst: 210, signal: 165 }]
 */
export const kst = (options: KstOptions): Lifted<number, Kst> => lift(kstStep(options))

interface KstState {
  readonly prices: readonly Ring[]
  readonly rates: readonly Sum[]
  readonly signal: Sum
  readonly out: { kst: number; signal: number }
}

/** The pure step behind {@link kst}. */
export const kstStep = ({ lags, lengths, signal }: KstOptions): Kernel<KstState, number, Kst> => {
  for (const lag of lags) checkLengths('kst', { lag }, 1)
  for (const length of lengths) checkLengths('kst', { length }, 1)
  checkLengths('kst', { signal, lags: lags.length }, 1)
  assert(lags.length === lengths.length, `kst: ${lags.length} lengths for as many lags, found ${lengths.length}`)
  return {
    name: `kst([${lags.join(', ')}], [${lengths.join(', ')}], ${signal})`,
    warmup: Math.max(...lags.map((lag, i) => lag + lengths[i]!)) + signal - 1,
    init: () => ({
      prices: lags.map(ring),
      rates: lengths.map(sum),
      signal: sum(signal),
      out: { kst: 0, signal: 0 },
    }),
    step(state, input) {
      let total = 0
      for (let i = 0; i < lags.length; i++) {
        const rate = percentChange(input, exchange(state.prices[i]!, input))
        const mean = Number.isNaN(rate) ? Number.NaN : slideSum(state.rates[i]!, rate) / lengths[i]!
        total += (i + 1) * mean
      }
      if (Number.isNaN(total)) return undefined
      state.out.kst = total
      state.out.signal = slideSum(state.signal, total) / signal
      return Number.isNaN(state.out.signal) ? undefined : state.out
    },
  }
}
