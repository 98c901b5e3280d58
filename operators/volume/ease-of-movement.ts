import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface EaseOfMovementOptions {
  /** Averaging length, in bars. Integer, at least 1. 14 is the usual. */
  readonly length: number
  /** What volume is counted in, base units. Positive. 1e8 is the usual for shares. */
  readonly unit: number
}

/**
 * Ease of movement: how far the middle of the bars moved for little volume, as a plain mean of the last bars. Large
 * where prices rise with ease, negative where they fall with ease.
 *
 * In      a bar's { high, low, volume }, quote currency and base units
 * Out     number, square of quote currency per `unit` of volume; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on; a bar without volume adds 0
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1, or unit not positive
 * Source  Arms; Achelis 2000, Technical Analysis from A to Z: the move of (high + low) / 2 times the range, over volume
 *
 * @example
 * const bar = (low: number, volume: number) => ({ high: low + 2, low, volume })
 * run(easeOfMovementStep({ length: 2, unit: 10 }), [bar(1, 9), bar(4, 5), bar(3, 10), bar(9, 0)]) // => [5, -1]
 */
export const easeOfMovement = (options: EaseOfMovementOptions): Lifted<Pick<Bar, 'high' | 'low' | 'volume'>, number> =>
  lift(easeOfMovementStep(options))

interface EaseOfMovementState {
  high: number
  low: number
  readonly eases: Sum
}

/** The pure step behind {@link easeOfMovement}. */
export const easeOfMovementStep = ({
  length,
  unit,
}: EaseOfMovementOptions): Kernel<EaseOfMovementState, Pick<Bar, 'high' | 'low' | 'volume'>, number> => {
  checkLengths('easeOfMovement', { length }, 1)
  assert(unit > 0, `easeOfMovement: unit is positive, found ${unit}`)
  return {
    name: `easeOfMovement(${length}, ${unit})`,
    warmup: length + 1,
    init: () => ({ high: Number.NaN, low: Number.NaN, eases: sum(length) }),
    step(state, { high, low, volume }) {
      const moved = (high - state.high + (low - state.low)) / 2
      state.high = high
      state.low = low
      if (Number.isNaN(moved)) return Number.NaN
      return slideSum(state.eases, volume > 0 ? (moved * (high - low) * unit) / volume : 0) / length
    },
  }
}
