import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

/** Shares of a bar's range: the size of `body`, `upper` and `lower` make 1. */
export interface CandleShape {
  /** From open to close; negative when the bar fell. */
  readonly body: number
  /** Above the body. */
  readonly upper: number
  /** Below the body. */
  readonly lower: number
}

/**
 * Body and wicks of a bar as shares of its range: a doji has a body near 0, a marubozu one near 1 or -1.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     CandleShape, shares of the range
 * Emits   one per input; none for a bar without a range
 * State   none
 * Late    not seen
 * Source  definition
 *
 * @example
 * run(candleShapeStep(), [{ open: 11, high: 12, low: 8, close: 9 }]) // => [{ body: -0.5, upper: 0.25, lower: 0.25 }]
 */
export const candleShape = (): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, CandleShape> =>
  lift(candleShapeStep())

/** The pure step behind {@link candleShape}. */
export const candleShapeStep = (): Kernel<null, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, CandleShape> => ({
  name: 'candleShape',
  warmup: 1,
  init: () => null,
  step(_state, { open, high, low, close }) {
    const range = high - low
    if (!(range > 0)) return undefined
    return {
      body: (close - open) / range,
      upper: (high - Math.max(open, close)) / range,
      lower: (Math.min(open, close) - low) / range,
    }
  },
})
