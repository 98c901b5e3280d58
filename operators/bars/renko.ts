import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Bricks, bricks, layBricks } from '../bricks.ts'

export interface RenkoOptions {
  /** Height of a brick, quote currency. Positive. */
  readonly size: number
  /** A price at which a brick begins, quote currency; all others are whole bricks away. 0 if not given. */
  readonly origin?: number
}

/**
 * Renko bricks: a bar for each whole `size` that the close has moved on, or two sizes back. Time does not count.
 *
 * Bricks lie on one grid, however the history begins. Many bricks may come at once, and a backtest on them must not
 * trade at the edges in between: the price was there only if the high and the low say so.
 *
 * In      Bar; the first sets the grid, and is in no brick
 * Out     Bar: open and close are edges; high, low, start, at and volume are those of the bars since the last brick,
 *         the volume in equal shares where several come at once, the count with the first; the record is reused
 * Emits   at the bar whose close completes a brick, to the precision of numbers; more than 1,000 at once become one.
 *         None on a flat market
 * State   21 numbers per key; how long it remembers its start depends on when prices move
 * Late    not seen: works by order; a gap between two bars is filled with bricks
 * Fails   Defect ASSERT when size is not positive
 * Source  Nison 1994, Beyond Candlesticks, ch. 8. Stock Indicators for .NET lays the grid through the first close
 *
 * @example
 * const bar = (close: number, i: number) =>
 *   ({ start: i, at: i + 1, open: close, high: close, low: close, close, volume: 6, count: 1 })
 * const bricks = run(renkoStep({ size: 0.001 }), [1.1, 1.1021, 1.1012, 1.1].map(bar))
 * bricks.map(({ open, close, volume }) => [open, close, volume]) // => [[1.1, 1.101, 3], [1.101, 1.102, 3],
 * // [1.101, 1.1, 12]]
 */
export const renko = (options: RenkoOptions): Lifted<Bar, Bar> => lift(renkoStep(options))

/** The pure step behind {@link renko}. */
export const renkoStep = ({ size, origin = 0 }: RenkoOptions): Expander<Bricks, Bar, Bar> => {
  assert(size > 0, `renko: size is positive, found ${size}`)
  const onGrid = (price: number): number => origin + Math.round((price - origin) / size) * size
  return {
    name: origin === 0 ? `renko(${size})` : `renko(${size}, ${origin})`,
    warmup: 2,
    settle: Infinity,
    init: bricks,
    step(state, bar, emit) {
      if (Number.isNaN(state.top)) {
        state.top = onGrid(bar.close)
        state.bottom = state.top
      } else if (layBricks(state, bar, size, emit)) {
        state.top = onGrid(state.top)
        state.bottom = onGrid(state.bottom)
      }
    },
  }
}
