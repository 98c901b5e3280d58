import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Ordered, ordered, slideOrdered } from '../ordered.ts'

export interface ExpectedShortfallOptions {
  /** Window, in returns. Integer, at least 2. 250 is the usual. */
  readonly length: number
  /** Share of returns that make the tail. Above 0 and below 1. 0.05 is the usual. */
  readonly share: number
}

/**
 * Historical expected shortfall: the mean loss of the worst share of the last `length` returns.
 *
 * In      number, a return, or a gain in any unit; finite
 * Out     number, unit of the input; a loss is above 0, a gain below
 * Emits   one per input from number `length` on
 * State   `2 * length` numbers per key; an update adds up the tail: `share * length` numbers
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2, or share not above 0 and below 1
 * Source  Acerbi and Tasche 2002, Journal of Banking and Finance 26(7): where the tail is no whole number of returns,
 *         the last one counts by its part
 *
 * @example
 * run(expectedShortfallStep({ length: 5, share: 0.5 }), [-3, 2, -1, 4, 1]) // => [1.4]
 */
export const expectedShortfall = (options: ExpectedShortfallOptions): Lifted<number, number> =>
  lift(expectedShortfallStep(options))

/** The pure step behind {@link expectedShortfall}. */
export const expectedShortfallStep = ({ length, share }: ExpectedShortfallOptions): Kernel<Ordered, number, number> => {
  checkLengths('expectedShortfall', { length }, 2)
  assert(share > 0 && share < 1, `expectedShortfall: share is above 0 and below 1, found ${share}`)
  const tail = share * length
  const whole = Math.floor(tail)
  return {
    name: `expectedShortfall(${length}, ${share})`,
    warmup: length,
    init: () => ordered(length),
    step(state, input) {
      if (!slideOrdered(state, input)) return Number.NaN
      let sum = (tail - whole) * state.sorted[whole]!
      for (let i = 0; i < whole; i++) sum += state.sorted[i]!
      return 0 - sum / tail
    },
  }
}
