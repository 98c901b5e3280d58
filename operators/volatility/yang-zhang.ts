import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Moments, moments, slide } from '../../engine/flow/moments.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { logRatio } from '../log-ratio.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import { rogersSatchellVariance } from './rogers-satchell.ts'

export interface YangZhangOptions {
  /** Window, in bars. Integer, at least 2. 20 is the usual. */
  readonly length: number
}

/**
 * Yang-Zhang volatility: from the moves between bars, from open to close, and from where the extremes stood, per bar. A
 * drift does not change it, and gaps between bars are in it: the one to take for markets that close.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     number, log return per bar; 0 on a flat window
 * Emits   one per bar from bar `length + 1` on
 * State   `3 * length` numbers per key
 * Late    not seen: works by order; a gap between two bars is a move from close to open
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Yang and Zhang 2000, Journal of Business 73(3): the root of V(close to open) + k V(open to close) + (1 - k)
 *         Rogers-Satchell, k = 0.34 / (1.34 + (n + 1) / (n - 1)), V with n - 1
 *
 * @example
 * const bar = (open: number, close: number) => ({ open, high: 2, low: 1, close })
 * run(yangZhangStep({ length: 2 }), [bar(1, 1), bar(2, 2), bar(1, 2)]) // => [1.095962]
 */
export const yangZhang = (options: YangZhangOptions): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> =>
  lift(yangZhangStep(options))

interface YangZhangState {
  close: number
  readonly between: Moments
  readonly within: Moments
  readonly ranges: Sum
}

/** The pure step behind {@link yangZhang}. */
export const yangZhangStep = ({
  length,
}: YangZhangOptions): Kernel<YangZhangState, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, number> => {
  checkLengths('yangZhang', { length }, 2)
  const k = 0.34 / (1.34 + (length + 1) / (length - 1))
  return {
    name: `yangZhang(${length})`,
    warmup: length + 1,
    init: () => ({ close: Number.NaN, between: moments(length), within: moments(length), ranges: sum(length) }),
    step(state, bar) {
      const before = state.close
      state.close = bar.close
      if (Number.isNaN(before)) return Number.NaN
      const between = slide(state.between, logRatio(bar.open, before), length)
      const within = slide(state.within, logRatio(bar.close, bar.open), length)
      const ranges = slideSum(state.ranges, rogersSatchellVariance(bar)) / length
      return Math.sqrt(between + k * within + (1 - k) * ranges)
    },
  }
}
