import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

export interface ParabolicSarOptions {
  /** What the acceleration begins with, and what each new extreme adds to it. Above 0. 0.02 is the usual. */
  readonly step: number
  /** Where the acceleration ends. At least `step`, at most 1. 0.2 is the usual. */
  readonly max: number
}

/** A stop that was known before the bar that it holds for, except where it is broken. */
export interface ParabolicSar {
  /** Quote currency; at a reversal the extreme of the move that ends, on the other side. */
  readonly stop: number
  /** 1 while the stop is below the price, -1 while it is above; at a reversal the new one. */
  readonly direction: number
  /** 1 where this bar reaches beyond the stop and the position turns, else 0. */
  readonly isReversal: number
}

/**
 * Parabolic stop and reverse: a stop that follows the price, faster with each new extreme of the move, and turns where
 * a bar reaches beyond it.
 *
 * In      a bar's { high, low }, prices in quote currency
 * Out     ParabolicSar; the record is reused
 * Emits   one per bar behind the first reversal, which ends a guess; the first at bar 3 or later. None on a flat market
 * State   ten numbers per key; how long it remembers its start depends on when it turns
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when step is not above 0, or max not within step to 1
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 2; the first move is taken for a rise, and what
 *         it gives is left out, as in Stock Indicators for .NET
 *
 * @example
 * const bar = (high: number) => ({ high, low: high - 1 })
 * run(parabolicSarStep({ step: 0.5, max: 1 }), [9, 8, 7].map(bar)) // => [{ stop: 9, direction: -1, isReversal: 0 }]
 */
export const parabolicSar = (options: ParabolicSarOptions): Lifted<Pick<Bar, 'high' | 'low'>, ParabolicSar> =>
  lift(parabolicSarStep(options))

interface ParabolicSarState {
  hasTurned: boolean
  acceleration: number
  /** Of the move so far. */
  extreme: number
  /** Of the last bar and of the one before it. */
  high: number
  low: number
  highBefore: number
  lowBefore: number
  readonly out: { stop: number; direction: number; isReversal: number }
}

/** The pure step behind {@link parabolicSar}. */
export const parabolicSarStep = ({
  step,
  max,
}: ParabolicSarOptions): Kernel<ParabolicSarState, Pick<Bar, 'high' | 'low'>, ParabolicSar> => {
  assert(step > 0, `parabolicSar: step is above 0, found ${step}`)
  assert(max >= step && max <= 1, `parabolicSar: max is within step ${step} to 1, found ${max}`)
  return {
    name: `parabolicSar(${step}, ${max})`,
    warmup: 3,
    settle: Infinity,
    init: () => ({
      hasTurned: false,
      acceleration: step,
      extreme: Number.NaN,
      high: Number.NaN,
      low: Number.NaN,
      highBefore: Number.NaN,
      lowBefore: Number.NaN,
      out: { stop: Number.NaN, direction: 0, isReversal: 0 },
    }),
    step(state, bar) {
      const { out, hasTurned } = state
      if (out.direction === 0) {
        out.direction = 1
        out.stop = bar.low
        state.extreme = bar.high
      } else follow(state, bar, step, max)
      state.highBefore = state.high
      state.lowBefore = state.low
      state.high = bar.high
      state.low = bar.low
      return hasTurned ? out : undefined
    },
  }
}

const follow = (state: ParabolicSarState, bar: Pick<Bar, 'high' | 'low'>, step: number, max: number): void => {
  const { out } = state
  const isRise = out.direction > 0
  const stop = out.stop + state.acceleration * (state.extreme - out.stop)
  // Not beyond the last two bars; at the second bar of all there is one, and NaN compares as no bound.
  const bound = isRise ? Math.min(state.low, state.lowBefore) : Math.max(state.high, state.highBefore)
  out.stop = (isRise ? stop > bound : stop < bound) ? bound : stop
  out.isReversal = (isRise ? bar.low < out.stop : bar.high > out.stop) ? 1 : 0
  if (out.isReversal === 1) {
    out.stop = state.extreme
    out.direction = -out.direction
    state.extreme = isRise ? bar.low : bar.high
    state.acceleration = step
    state.hasTurned = true
  } else if (isRise ? bar.high > state.extreme : bar.low < state.extreme) {
    state.extreme = isRise ? bar.high : bar.low
    state.acceleration = Math.min(state.acceleration + step, max)
  }
}
