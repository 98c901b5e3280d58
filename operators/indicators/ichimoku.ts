import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Channel, channel, slideChannel } from '../channel.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface IchimokuOptions {
  /** Window of the conversion line, in bars. Integer, at least 1. 9 if not given. */
  readonly conversion?: number
  /** Window of the base line, and how far ahead the cloud is drawn, in bars. Integer, at least 1. 26 if not given. */
  readonly base?: number
  /** Window of the slow side of the cloud, in bars. Integer, at least 1. 52 if not given. */
  readonly span?: number
}

/** The lines at this bar, quote currency. */
export interface Ichimoku {
  /** Tenkan-sen. */
  readonly conversion: number
  /** Kijun-sen. */
  readonly base: number
  /** Senkou span A: one side of the cloud that holds for this bar, as it was `base` bars ago. */
  readonly spanA: number
  /** Senkou span B: its other side. */
  readonly spanB: number
}

/**
 * Ichimoku cloud: the middles of the ranges of three windows, and a cloud that was known `base` bars ago.
 *
 * A chart draws the cloud ahead of the last bar; here each side comes out at the bar that it is drawn at. The chikou
 * span is left out: it is the close drawn `base` bars back, and a table made from such a chart knows the future.
 *
 * In      a bar's { high, low }, prices in quote currency
 * Out     Ichimoku; all four are the same on a flat market; the record is reused
 * Emits   one per bar once the cloud has reached it: from bar `base` plus the longest window on
 * State   at most four numbers per bar of the windows and two per bar of `base`, per key; amortised constant time
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when a length is not an integer of at least 1
 * Source  Hosoda 1968, in Elliott 2007, Ichimoku Charts
 *
 * @example
 * const bar = (high: number) => ({ high, low: high - 2 })
 * run(ichimokuStep({ conversion: 1, base: 1, span: 2 }), [3, 5, 9].map(bar)) // => [{ conversion: 8, base: 8, spanA: 4,
 * // spanB: 3 }]
 */
export const ichimoku = (options: IchimokuOptions = {}): Lifted<Pick<Bar, 'high' | 'low'>, Ichimoku> =>
  lift(ichimokuStep(options))

interface IchimokuState {
  readonly conversion: Channel
  readonly base: Channel
  readonly span: Channel
  readonly spansA: Ring
  readonly spansB: Ring
  readonly out: { conversion: number; base: number; spanA: number; spanB: number }
}

/** The pure step behind {@link ichimoku}. */
export const ichimokuStep = ({
  conversion = 9,
  base = 26,
  span = 52,
}: IchimokuOptions = {}): Kernel<IchimokuState, Pick<Bar, 'high' | 'low'>, Ichimoku> => {
  checkLengths('ichimoku', { conversion, base, span }, 1)
  return {
    name: `ichimoku(${conversion}, ${base}, ${span})`,
    warmup: base + Math.max(conversion, base, span),
    init: () => ({
      conversion: channel(conversion),
      base: channel(base),
      span: channel(span),
      spansA: ring(base),
      spansB: ring(base),
      out: { conversion: 0, base: 0, spanA: 0, spanB: 0 },
    }),
    step(state, bar) {
      const { out } = state
      out.conversion = slideMiddle(state.conversion, bar)
      out.base = slideMiddle(state.base, bar)
      out.spanA = exchange(state.spansA, (out.conversion + out.base) / 2)
      out.spanB = exchange(state.spansB, slideMiddle(state.span, bar))
      return Number.isNaN(out.spanA + out.spanB) ? undefined : out
    },
  }
}

const slideMiddle = (window: Channel, { high, low }: Pick<Bar, 'high' | 'low'>): number =>
  slideChannel(window, high, low) ? (window.top + window.bottom) / 2 : Number.NaN
