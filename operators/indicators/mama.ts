import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type DominantCycle, dominantCycle, phaseOf, slideCycle, UNFILTERED } from '../dominant-cycle.ts'

export interface MamaOptions {
  /** The most that the mean moves towards an input: a share. Above `slow`, at most 1. 0.5 is the usual. */
  readonly fast: number
  /** The least. Above 0. 0.05 is the usual. */
  readonly slow: number
}

/** Two adaptive means, unit of the input. */
export interface Mama {
  readonly mama: number
  /** Follows `mama` with half its weight; the two cross where a trend turns. */
  readonly fama: number
}

/**
 * MESA adaptive moving average: fast where the phase of the price cycle turns quickly, which it does as a new move
 * begins, slow within a move.
 *
 * In      number, price; Ehlers takes the middle of a bar (`medianPrice`)
 * Out     Mama; both the price itself on a flat market; the record is reused
 * Emits   one per input from number 6 on; the first is the plain mean so far
 * State   40 numbers per key; how long it remembers its start depends on the phases in between
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when slow is not above 0, or fast not within slow to 1
 * Source  Ehlers 2001, Rocket Science for Traders, ch. 17; seeded as Stock Indicators for .NET does
 *
 * @example
 * run(mamaStep({ fast: 0.5, slow: 0.05 }), [1, 2, 3, 4, 5, 6, 6.5]) // => [{ mama: 3.5, fama: 3.5 },
 * // { mama: 5, fama: 3.875 }]
 */
export const mama = (options: MamaOptions): Lifted<number, Mama> => lift(mamaStep(options))

interface MamaState {
  readonly cycle: DominantCycle
  phase: number
  readonly out: { mama: number; fama: number }
}

/** The pure step behind {@link mama}. */
export const mamaStep = ({ fast, slow }: MamaOptions): Kernel<MamaState, number, Mama> => {
  assert(slow > 0, `mama: slow is above 0, found ${slow}`)
  assert(fast > slow && fast <= 1, `mama: fast is above slow ${slow} and at most 1, found ${fast}`)
  return {
    name: `mama(${fast}, ${slow})`,
    warmup: UNFILTERED,
    settle: Infinity,
    init: () => ({ cycle: dominantCycle(), phase: 0, out: { mama: 0, fama: 0 } }),
    step(state, input) {
      const { cycle, out } = state
      if (!slideCycle(cycle, input)) {
        out.mama += (input - out.mama) / cycle.seen
        out.fama = out.mama
        return cycle.seen === UNFILTERED ? out : undefined
      }
      const phase = phaseOf(cycle)
      const weight = Math.max(fast / Math.max(state.phase - phase, 1), slow)
      state.phase = phase
      out.mama += weight * (input - out.mama)
      out.fama += 0.5 * weight * (out.mama - out.fama)
      return out
    },
  }
}
