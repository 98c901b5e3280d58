import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Signal } from '../../engine/market/target.ts'
import type { Lines } from './crossover.ts'

/**
 * Stands with the fast line at all times: long while it is at the slow one or above, short while it is below.
 *
 * Unlike `crossover` it does not wait for a crossing: the side where the lines start is taken at once.
 *
 * In      { fast, slow, price }
 * Out     Signal, never flat; the record is reused
 * Emits   at the first input, then when the side changes
 * State   the side per key
 * Late    not seen: works by order; equal lines (a flat market) are long
 * Source  definition
 *
 * @example
 * const lines = (fast: number) => ({ fast, slow: 2, price: fast })
 * run(followStep(), [1, 2, 3, 1].map(lines)).map(s => s.direction) // => [-1, 1, -1]
 */
export const follow = (): Lifted<Lines, Signal> => lift(followStep())

interface FollowState {
  readonly out: { direction: Signal['direction']; price: number }
}

/** The pure step behind {@link follow}. */
export const followStep = (): Kernel<FollowState, Lines, Signal> => ({
  name: 'follow',
  warmup: 1,
  settle: Infinity,
  init: () => ({ out: { direction: 0, price: Number.NaN } }),
  step({ out }, { fast, slow, price }) {
    const direction = fast >= slow ? 1 : -1
    if (direction === out.direction) return undefined
    out.direction = direction
    out.price = price
    return out
  },
})
