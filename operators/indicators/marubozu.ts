import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

export interface MarubozuOptions {
  /** The least that is body, in percent of the bar's range. Above 0, at most 100. 95 is the usual. */
  readonly minBodyPercent: number
}

/**
 * Marubozu: a bar that is all body, without wicks: who opened it also closed it.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     number: 1 for a marubozu that rose, -1 for one that fell, else 0; 0 for a bar without a range
 * Emits   one per bar
 * State   none
 * Late    not seen
 * Fails   Defect ASSERT when minBodyPercent is not above 0 and at most 100
 * Source  Nison 1991, Japanese Candlestick Charting Techniques; the measure is the body of `candleShape`
 *
 * @example
 * const bar = (open: number, close: number) => ({ open, high: 10, low: 0, close })
 * run(marubozuStep({ minBodyPercent: 95 }), [bar(0, 10), bar(9.75, 0), bar(1, 10)]) // => [1, -1, 0]
 */
export const marubozu = (options: MarubozuOptions): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> =>
  lift(marubozuStep(options))

/** The pure step behind {@link marubozu}. */
export const marubozuStep = ({
  minBodyPercent,
}: MarubozuOptions): Kernel<null, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => {
  assert(
    minBodyPercent > 0 && minBodyPercent <= 100,
    `marubozu: minBodyPercent is above 0 and at most 100, found ${minBodyPercent}`,
  )
  return {
    name: `marubozu(${minBodyPercent})`,
    warmup: 1,
    init: () => null,
    step(_state, { open, high, low, close }) {
      const isBody = high > low && 100 * Math.abs(close - open) >= minBodyPercent * (high - low)
      return isBody ? Math.sign(close - open) : 0
    },
  }
}
