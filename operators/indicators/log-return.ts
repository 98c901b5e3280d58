import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'

/**
 * Natural logarithm of the ratio of each number to the one before.
 *
 * In      number, price in quote currency; positive, as the door admits them
 * Out     number, log return; 0 on a flat market
 * Emits   one per input from the second on
 * State   one number per key
 * Late    not seen: works by order; a gap gives one return over the gap
 * Source  definition
 *
 * @example
 * run(logReturnStep(), [1, 2, 2]) // => [0.6931471805599453, 0]
 */
export const logReturn = (): Lifted<number, number> => lift(logReturnStep())

/** The pure step behind {@link logReturn}. */
export const logReturnStep = (): Kernel<{ previous: number }, number, number> => ({
  name: 'logReturn',
  warmup: 2,
  init: () => ({ previous: Number.NaN }),
  step(state, input) {
    const { previous } = state
    state.previous = input
    return input > 0 && previous > 0 ? Math.log(input / previous) : Number.NaN
  },
})
