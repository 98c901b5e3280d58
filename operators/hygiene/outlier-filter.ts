import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { checkLengths } from '../lengths.ts'
import { medianDeviation, type Ordered, ordered, quantileOf, slideOrdered } from '../ordered.ts'

export interface OutlierFilterOptions {
  /** Window, in inputs before the one that is judged. Integer, at least 3. 50 is a good one. */
  readonly length: number
  /** How many robust standard deviations from the median are too many. Positive. 8 is a good one for prices. */
  readonly limit: number
  /** A standard deviation is taken to be at least so much, basis points of the median: a market may stand still. */
  readonly leastBps: number
}

/** What has a price: a number, a trade, or a quote with its mid. */
type WithPrice = number | Pick<Trade, 'price'> | Pick<Quote, 'bid' | 'ask'>

/**
 * Lets a price, trade or quote pass unless it is far from the median of those before it: bad ticks.
 *
 * Each input is judged by what came before, and then counts for those after it, whether it passed or not: a market that
 * has really jumped is through after half a window.
 *
 * In      number, a trade or a quote, which is judged by its mid; prices above 0
 * Out     the same
 * Emits   one per input that is no outlier, from number `length + 1` on: what nobody can judge does not pass
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; after a gap up to half a window may be lost
 * Fails   Defect ASSERT when length is not an integer of at least 3, or limit or leastBps not positive
 * Source  Hampel 1974, Journal of the American Statistical Association 69(346): |x - median| <= limit * 1.4826 * MAD.
 *         On a flat market leastBps stands for the deviation
 *
 * @example
 * const prices = [5, 5.01, 5, 5.02, 9.9, 5.01, 0.5, 5]
 * run(outlierFilterStep({ length: 3, limit: 8, leastBps: 10 }), prices) // => [5.02, 5.01, 5]
 */
export const outlierFilter = <In extends WithPrice>(options: OutlierFilterOptions): Lifted<In, In> =>
  lift(outlierFilterStep<In>(options))

/** The standard deviation of a normal distribution in median absolute deviations. */
const SCALE = 1.4826

/** The pure step behind {@link outlierFilter}. */
export const outlierFilterStep = <In extends WithPrice>({
  length,
  limit,
  leastBps,
}: OutlierFilterOptions): Kernel<Ordered, In, In> => {
  checkLengths('outlierFilter', { length }, 3)
  assert(limit > 0, `outlierFilter: limit is positive, found ${limit}`)
  assert(leastBps > 0, `outlierFilter: leastBps is positive, found ${leastBps}`)
  return {
    name: `outlierFilter(${length}, ${limit})`,
    warmup: length + 1,
    init: () => ordered(length),
    step(state, input) {
      const price = priceOf(input)
      let isIn = false
      if (state.size === length) {
        const median = quantileOf(state, 0.5)
        const deviation = Math.max(SCALE * medianDeviation(state, median), (leastBps / 10_000) * median)
        isIn = Math.abs(price - median) <= limit * deviation
      }
      slideOrdered(state, price)
      return isIn ? input : undefined
    },
  }
}

const priceOf = (input: WithPrice): number =>
  typeof input === 'number' ? input : 'price' in input ? input.price : (input.bid + input.ask) / 2
