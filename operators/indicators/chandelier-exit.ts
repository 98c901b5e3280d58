import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Channel, channel, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { atrStep } from './atr.ts'

export interface ChandelierExitOptions {
  /** Window of the extremes and averaging length of the true range, in bars. Integer, at least 1. 22 is the usual. */
  readonly length: number
  /** Average true ranges from the extreme to the stop. Above 0. 3 is the usual. */
  readonly multiplier: number
}

/** A stop for each side, quote currency. */
export interface ChandelierExit {
  /** Below the highest high: where a long position is left. */
  readonly long: number
  /** Above the lowest low: where a short position is left. */
  readonly short: number
}

/**
 * Chandelier exit: stops that hang some average true ranges from the highest high and the lowest low of a window.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     ChandelierExit; both the price itself on a flat market; the record is reused
 * Emits   one per bar from bar `length + 1` on
 * State   `2 * length` numbers per key; amortised constant time
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when length is not an integer of at least 1, or multiplier not above 0
 * Source  Le Beau's exit, in Elder 2002, Come into My Trading Room; this bar is in the window
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(chandelierExitStep({ length: 1, multiplier: 2 }), [5, 6].map(bar)) // => [{ long: 3, short: 9 }]
 */
export const chandelierExit = (
  options: ChandelierExitOptions,
): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, ChandelierExit> => lift(chandelierExitStep(options))

interface ChandelierExitState {
  readonly range: StateOf<typeof atrStep>
  readonly window: Channel
  readonly out: { long: number; short: number }
}

/** The pure step behind {@link chandelierExit}. */
export const chandelierExitStep = ({
  length,
  multiplier,
}: ChandelierExitOptions): Kernel<ChandelierExitState, Pick<Bar, 'high' | 'low' | 'close'>, ChandelierExit> => {
  checkLengths('chandelierExit', { length }, 1)
  assert(multiplier > 0, `chandelierExit: multiplier is above 0, found ${multiplier}`)
  const atr = atrStep({ length })
  return {
    name: `chandelierExit(${length}, ${multiplier})`,
    warmup: length + 1,
    settle: atr.settle!,
    init: () => ({ range: atr.init(), window: channel(length), out: { long: 0, short: 0 } }),
    step({ range, window, out }, bar) {
      slideChannel(window, bar.high, bar.low)
      const reach = multiplier * atr.step(range, bar)!
      if (Number.isNaN(reach)) return undefined
      out.long = window.top - reach
      out.short = window.bottom + reach
      return out
    },
  }
}
