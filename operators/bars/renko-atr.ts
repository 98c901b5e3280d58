import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Bricks, bricks, layBricks } from '../bricks.ts'
import { atrStep } from '../indicators/atr.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'

export interface RenkoAtrOptions {
  /** Averaging length of the range that is the height of a brick, in bars. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/**
 * Renko bricks whose height follows the market: each is as high as the average true range was when the one before was
 * complete.
 *
 * Others take the range at the end of the history for all bricks, which the first ones could not know.
 *
 * In      Bar; the first `length + 1` set the first height, and are in no brick
 * Out     Bar, as from `renko`; the record is reused
 * Emits   at the bar whose close completes a brick, from bar `length + 2` on; several at once are of one height, and
 *         more than 1,000 become one. None on a flat market
 * State   25 numbers per key; how long it remembers its start depends on when prices move
 * Late    not seen: works by order; a gap between two bars is filled with bricks
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  `renko` and `atr`
 *
 * @example
 * const bar = (close: number, i: number) =>
 *   ({ start: i, at: i + 1, open: close, high: close + 1, low: close, close, volume: 1, count: 1 })
 * const bricks = run(renkoAtrStep({ length: 1 }), [10, 12, 15, 19, 10].map(bar))
 * bricks.map(({ open, close }) => [open, close]) // => [[12, 15], [15, 19], [15, 10]]
 */
export const renkoAtr = (options: RenkoAtrOptions): Lifted<Bar, Bar> => lift(renkoAtrStep(options))

interface RenkoAtrState {
  readonly range: StateOf<typeof atrStep>
  readonly bricks: Bricks
  /** Height of the next brick; 0 while nothing has moved. */
  size: number
}

/** The pure step behind {@link renkoAtr}. */
export const renkoAtrStep = ({ length }: RenkoAtrOptions): Expander<RenkoAtrState, Bar, Bar> => {
  checkLengths('renkoAtr', { length }, 1)
  const atr = atrStep({ length })
  return {
    name: `renkoAtr(${length})`,
    warmup: length + 2,
    settle: Infinity,
    init: () => ({ range: atr.init(), bricks: bricks(), size: 0 }),
    step(state, bar, emit) {
      const range = atr.step(state.range, bar)!
      if (state.size > 0) {
        if (layBricks(state.bricks, bar, state.size, emit)) state.size = range
      } else if (range > 0) {
        state.size = range
        state.bricks.top = bar.close
        state.bricks.bottom = bar.close
      }
    },
  }
}
