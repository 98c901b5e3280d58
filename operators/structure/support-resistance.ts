import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Highest, highestOf, slideHighest } from '../extremes.ts'
import type { HighLowClose } from '../indicators/adx.ts'
import { checkLengths } from '../lengths.ts'

export interface SupportResistanceOptions {
  /** Window, in bars, the latest among them. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/** How far it is to the ends of the range. */
export interface SupportResistance {
  /** Up to the highest high, as a share of the close; 0 or more. */
  readonly resistance: number
  /** Down to the lowest low, as a share of the close; 0 or more. */
  readonly support: number
}

/**
 * How far the close is from the highest high and the lowest low of the last bars.
 *
 * The levels are those of a Donchian channel and not of swings: they are known at once, and move with the window.
 *
 * In      { high, low, close }, prices in quote currency; positive
 * Out     SupportResistance, shares of the close; 0 and 0 on a flat market; the record is reused
 * Emits   one per bar from bar `length` on; none where the close is not positive
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  definition; Donchian's channel
 *
 * @example
 * const bar = (close: number) => ({ high: close + 2, low: close - 1, close })
 * run(supportResistanceStep({ length: 2 }), [6, 4].map(bar)) // => [{ resistance: 1, support: 0.25 }]
 */
export const supportResistance = (options: SupportResistanceOptions): Lifted<HighLowClose, SupportResistance> =>
  lift(supportResistanceStep(options))

interface SupportResistanceState {
  readonly highs: Highest
  readonly lows: Highest
  readonly out: { resistance: number; support: number }
}

/** The pure step behind {@link supportResistance}. */
export const supportResistanceStep = ({
  length,
}: SupportResistanceOptions): Kernel<SupportResistanceState, HighLowClose, SupportResistance> => {
  checkLengths('supportResistance', { length }, 1)
  return {
    name: `supportResistance(${length})`,
    warmup: length,
    init: () => ({ highs: highestOf(length), lows: highestOf(length), out: { resistance: 0, support: 0 } }),
    step({ highs, lows, out }, { high, low, close }) {
      out.resistance = (slideHighest(highs, high) - close) / close
      out.support = (close + slideHighest(lows, -low)) / close
      return highs.isFull && close > 0 ? out : undefined
    },
  }
}
