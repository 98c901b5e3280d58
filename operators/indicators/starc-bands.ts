import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { atrStep } from './atr.ts'
import { smaStep } from './sma.ts'

export interface StarcBandsOptions {
  /** Window of the middle, in bars. Integer, at least 1. 5 is the usual. */
  readonly length: number
  /** Averaging length of the true range, in bars. Integer, at least 1. 10 is the usual. */
  readonly atrLength: number
  /** Average true ranges from the middle to each band. Above 0. 2 is the usual. */
  readonly multiplier: number
}

/** Two bands about a mean, quote currency. */
export interface StarcBands {
  readonly lower: number
  readonly middle: number
  readonly upper: number
}

/**
 * Starc bands: the plain mean of the closes and, on both sides, a number of average true ranges.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     StarcBands; all three are the same on a flat market; the record is reused
 * Emits   one per bar from bar `max(length, atrLength + 1)` on
 * State   `length` and three numbers per key
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or multiplier not above 0
 * Source  Stoller Average Range Channels, in Achelis 2000, Technical Analysis from A to Z; `sma` and `atr`
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(starcBandsStep({ length: 2, atrLength: 1, multiplier: 2 }), [1, 3].map(bar)) // => [{ lower: -4, middle: 2,
 * // upper: 8 }]
 */
export const starcBands = (options: StarcBandsOptions): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, StarcBands> =>
  lift(starcBandsStep(options))

interface StarcBandsState {
  readonly mean: StateOf<typeof smaStep>
  readonly range: StateOf<typeof atrStep>
  readonly out: { lower: number; middle: number; upper: number }
}

/** The pure step behind {@link starcBands}. */
export const starcBandsStep = ({
  length,
  atrLength,
  multiplier,
}: StarcBandsOptions): Kernel<StarcBandsState, Pick<Bar, 'high' | 'low' | 'close'>, StarcBands> => {
  checkLengths('starcBands', { length, atrLength }, 1)
  assert(multiplier > 0, `starcBands: multiplier is above 0, found ${multiplier}`)
  const sma = smaStep({ length })
  const atr = atrStep({ length: atrLength })
  return {
    name: `starcBands(${length}, ${atrLength}, ${multiplier})`,
    warmup: Math.max(sma.warmup, atr.warmup),
    settle: Math.max(sma.warmup, atr.settle!),
    init: () => ({ mean: sma.init(), range: atr.init(), out: { lower: 0, middle: 0, upper: 0 } }),
    step({ mean, range, out }, bar) {
      const middle = sma.step(mean, bar.close)!
      const reach = multiplier * atr.step(range, bar)!
      if (Number.isNaN(middle + reach)) return undefined
      out.lower = middle - reach
      out.middle = middle
      out.upper = middle + reach
      return out
    },
  }
}
