import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Channel, channel, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'

export interface DonchianOptions {
  /** Window, in bars. Integer, at least 1. 20 is the usual. */
  readonly length: number
}

/** The extremes that a price has to break. */
export interface Donchian {
  /** Quote currency; `middle` is halfway. */
  readonly lower: number
  readonly middle: number
  readonly upper: number
  /** From band to band, as a share of the middle. */
  readonly width: number
}

/**
 * Donchian channel: the highest high and the lowest low of the `length` bars before this one.
 *
 * This bar is not in it, so that its close can be above or below. (For the extremes with the latest bar in them take
 * `highest` and `lowest`.)
 *
 * In      a bar's { high, low }, prices in quote currency
 * Out     Donchian; width 0 after a flat window; the record is reused
 * Emits   one per bar from bar `length + 1` on; none where prices are as far below 0 as above
 * State   `2 * length` numbers per key; amortised constant time
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Donchian's four-week rule, in Covel 2004, Trend Following; Stock Indicators for .NET leaves this bar out too
 *
 * @example
 * const bar = (high: number) => ({ high, low: high - 2 })
 * run(donchianStep({ length: 2 }), [4, 3, 9].map(bar)) // => [{ lower: 1, middle: 2.5, upper: 4, width: 1.2 }]
 */
export const donchian = (options: DonchianOptions): Lifted<Pick<Bar, 'high' | 'low'>, Donchian> =>
  lift(donchianStep(options))

interface DonchianState {
  readonly window: Channel
  isFull: boolean
  readonly out: { lower: number; middle: number; upper: number; width: number }
}

/** The pure step behind {@link donchian}. */
export const donchianStep = ({
  length,
}: DonchianOptions): Kernel<DonchianState, Pick<Bar, 'high' | 'low'>, Donchian> => {
  checkLengths('donchian', { length }, 1)
  return {
    name: `donchian(${length})`,
    warmup: length + 1,
    init: () => ({ window: channel(length), isFull: false, out: { lower: 0, middle: 0, upper: 0, width: 0 } }),
    step(state, { high, low }) {
      const { window, out, isFull } = state
      const { top, bottom } = window
      state.isFull = slideChannel(window, high, low)
      if (!isFull) return undefined
      out.lower = bottom
      out.middle = (top + bottom) / 2
      out.upper = top
      out.width = top === bottom ? 0 : (top - bottom) / out.middle
      return Number.isFinite(out.width) ? out : undefined
    },
  }
}
