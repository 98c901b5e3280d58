import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { atrStep } from './atr.ts'
import { emaStep } from './ema.ts'

export interface KeltnerOptions {
  /** Averaging length of the middle, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
  /** Averaging length of the true range, in bars. Integer, at least 1. 10 is the usual. */
  readonly atrLength: number
  /** Average true ranges from the middle to each band. Above 0. 2 is the usual. */
  readonly multiplier: number
}

/** Two bands about a mean. */
export interface Keltner {
  /** Quote currency. */
  readonly lower: number
  readonly middle: number
  readonly upper: number
  /** From band to band, as a share of the middle. */
  readonly width: number
}

/**
 * Keltner channels: the exponential mean of the closes and, on both sides, a number of average true ranges.
 *
 * `bollinger` takes the standard deviation of the closes instead, which a gap between two bars moves more.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     Keltner; all three prices are the same on a flat market; the record is reused
 * Emits   one per bar from bar `max(length, atrLength + 1)` on
 * State   five numbers per key
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or multiplier not above 0
 * Source  Keltner 1960, How to Make Money in Commodities, in the form of Raschke: `ema` and `atr`, as Stock Indicators
 *         for .NET has them too
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(keltnerStep({ length: 2, atrLength: 1, multiplier: 2 }), [1, 3].map(bar)) // => [{ lower: -4, middle: 2,
 * // upper: 8, width: 6 }]
 */
export const keltner = (options: KeltnerOptions): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, Keltner> =>
  lift(keltnerStep(options))

interface KeltnerState {
  readonly mean: StateOf<typeof emaStep>
  readonly range: StateOf<typeof atrStep>
  readonly out: { lower: number; middle: number; upper: number; width: number }
}

/** The pure step behind {@link keltner}. */
export const keltnerStep = ({
  length,
  atrLength,
  multiplier,
}: KeltnerOptions): Kernel<KeltnerState, Pick<Bar, 'high' | 'low' | 'close'>, Keltner> => {
  checkLengths('keltner', { length, atrLength }, 1)
  assert(multiplier > 0, `keltner: multiplier is above 0, found ${multiplier}`)
  const ema = emaStep({ length })
  const atr = atrStep({ length: atrLength })
  return {
    name: `keltner(${length}, ${atrLength}, ${multiplier})`,
    warmup: Math.max(ema.warmup, atr.warmup),
    settle: Math.max(ema.settle!, atr.settle!),
    init: () => ({ mean: ema.init(), range: atr.init(), out: { lower: 0, middle: 0, upper: 0, width: 0 } }),
    step({ mean, range, out }, bar) {
      const middle = ema.step(mean, bar.close)!
      const reach = multiplier * atr.step(range, bar)!
      if (Number.isNaN(middle + reach)) return undefined
      out.lower = middle - reach
      out.middle = middle
      out.upper = middle + reach
      out.width = reach === 0 ? 0 : (2 * reach) / middle
      return Number.isFinite(out.width) ? out : undefined
    },
  }
}
