import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

export interface DojiOptions {
  /** The most that the close may be from the open, in percent of the open. 0 or more. 0.1 is the usual. */
  readonly maxChangePercent: number
}

/**
 * Doji: a bar that closes where it opened.
 *
 * The size is told as a share of the price, so that the right one depends on the market and the span of the bars;
 * `candleShape` tells it as a share of the bar's range.
 *
 * In      a bar's { open, close }, prices in quote currency
 * Out     number: 1 for a doji, else 0; 1 on a flat market
 * Emits   one per bar
 * State   none
 * Late    not seen
 * Fails   Defect ASSERT when maxChangePercent is below 0
 * Source  Nison 1991, Japanese Candlestick Charting Techniques, ch. 8; the measure is that of Stock Indicators for .NET
 *
 * @example
 * const bar = (open: number, close: number) => ({ open, close })
 * run(dojiStep({ maxChangePercent: 0.5 }), [bar(100, 100.25), bar(100, 101)]) // => [1, 0]
 */
export const doji = (options: DojiOptions): Lifted<Pick<Bar, 'open' | 'close'>, number> => lift(dojiStep(options))

/** The pure step behind {@link doji}. */
export const dojiStep = ({ maxChangePercent }: DojiOptions): Kernel<null, Pick<Bar, 'open' | 'close'>, number> => {
  assert(maxChangePercent >= 0, `doji: maxChangePercent is 0 or more, found ${maxChangePercent}`)
  return {
    name: `doji(${maxChangePercent})`,
    warmup: 1,
    init: () => null,
    step: (_state, { open, close }) => (100 * Math.abs(close - open) <= maxChangePercent * open ? 1 : 0),
  }
}
