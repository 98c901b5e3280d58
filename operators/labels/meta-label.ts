import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Micros } from '../../engine/market/units.ts'
import type { TripleBarrier } from './triple-barrier.ts'

/** Whether a signal was right. */
export interface MetaLabel {
  /** When it is known. */
  readonly at: Micros
  /** The time of the signal. */
  readonly from: Micros
  /** Of the signal: 1 was to buy, -1 to sell. */
  readonly direction: number
  /** 1 when it made money, else 0. */
  readonly right: number
}

/**
 * Whether a signal was right: what a second model learns, which says when to believe the first and how much to put on
 * it. For training alone: it comes late, with the end of the trade.
 *
 * Where the first model gives features to the second, it must not have been fitted to these rows.
 *
 * In      the end of a trade { at, from, direction, profit }, profit after costs, as from `tripleBarrier`
 * Out     MetaLabel; a trade that earned nothing was not right; the record is reused
 * Emits   one per input
 * State   none
 * Late    not seen
 * Source  Lopez de Prado 2018, Advances in Financial Machine Learning, 3.6
 *
 * @example
 * const trade = { at: 2000, from: 1000, direction: -1, profit: 0.019 }
 * run(metaLabelStep(), [trade]) // => [{ at: 2000, from: 1000, direction: -1, right: 1 }]
 */
export const metaLabel = (): Lifted<Pick<TripleBarrier, 'at' | 'from' | 'direction' | 'profit'>, MetaLabel> =>
  lift(metaLabelStep())

interface MetaLabelState {
  readonly out: { -readonly [Field in keyof MetaLabel]: MetaLabel[Field] }
}

/** The pure step behind {@link metaLabel}. */
export const metaLabelStep = (): Kernel<
  MetaLabelState,
  Pick<TripleBarrier, 'at' | 'from' | 'direction' | 'profit'>,
  MetaLabel
> => ({
  name: 'metaLabel',
  warmup: 1,
  init: () => ({ out: { at: 0 as Micros, from: 0 as Micros, direction: 0, right: 0 } }),
  step({ out }, { at, from, direction, profit }) {
    out.at = at
    out.from = from
    out.direction = direction
    out.right = profit > 0 ? 1 : 0
    return out
  },
})
