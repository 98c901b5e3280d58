import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Signal } from '../../engine/market/target.ts'

/** What a crossover reads: two lines of one unit, and the price of the moment. */
export interface Lines {
  readonly fast: number
  readonly slow: number
  /** Quote currency. */
  readonly price: number
}

/**
 * Goes with the fast line: long when it crosses the slow one upwards, short when it crosses downwards.
 *
 * In      { fast, slow, price }
 * Out     Signal, never flat; the record is reused
 * Emits   at each crossing; the first input that is not equal only says on which side the lines start
 * State   the side per key
 * Late    not seen: works by order; equal lines (a flat market) are no crossing
 * Source  definition
 *
 * @example
 * const lines = (fast: number) => ({ fast, slow: 2, price: fast })
 * run(crossoverStep(), [1, 2, 3, 3, 2, 1].map(lines)).map(s => s.direction) // => [1, -1]
 */
export const crossover = (): Lifted<Lines, Signal> => lift(crossoverStep())

interface CrossoverState {
  readonly out: { direction: Signal['direction']; price: number }
}

/** The pure step behind {@link crossover}. */
export const crossoverStep = (): Kernel<CrossoverState, Lines, Signal> => ({
  name: 'crossover',
  warmup: 2,
  init: () => ({ out: { direction: 0, price: Number.NaN } }),
  step({ out }, { fast, slow, price }) {
    const before = out.direction
    if (fast === slow || before === (fast > slow ? 1 : -1)) return undefined
    out.direction = fast > slow ? 1 : -1
    out.price = price
    return before === 0 ? undefined : out
  },
})
