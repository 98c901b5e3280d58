import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface AlmaOptions {
  /** Window, in inputs. Integer, at least 2. 9 is the usual. */
  readonly length: number
  /** Where in the window the weight is most: 0 at the oldest number, 1 at the newest. 0.85 is the usual. */
  readonly offset: number
  /** How many standard deviations of the bell fit into the window. Above 0. 6 is the usual. */
  readonly sigma: number
}

/**
 * Arnaud Legoux moving average: the mean of a window with the weights of a bell, whose top stands near the new end.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat window
 * Emits   one per input from number `length` on
 * State   `length` numbers per key; an input takes time with `length`: no sum can be carried on with these weights
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2, offset not within 0 to 1, or sigma not above 0
 * Source  Legoux and Kouzis-Loukas 2009: weights e^(-(i - offset (n - 1))^2 / (2 (n / sigma)^2))
 *
 * @example
 * run(almaStep({ length: 3, offset: 0.5, sigma: 3 }), [1, 2, 6, 6]) // => [2.822206, 4.903726]
 */
export const alma = (options: AlmaOptions): Lifted<number, number> => lift(almaStep(options))

/** The pure step behind {@link alma}. */
export const almaStep = ({ length, offset, sigma }: AlmaOptions): Kernel<Ring, number, number> => {
  checkLengths('alma', { length }, 2)
  assert(offset >= 0 && offset <= 1, `alma: offset is within 0 to 1, found ${offset}`)
  assert(sigma > 0, `alma: sigma is above 0, found ${sigma}`)
  const weights = weightsOf(length, offset, sigma)
  return {
    name: `alma(${length}, ${offset}, ${sigma})`,
    warmup: length,
    init: () => ring(length),
    step(state, input) {
      exchange(state, input)
      const { values, head } = state
      // Of the distances to the newest number, so that small moves at a large price keep their digits.
      let sum = 0
      for (let age = length - 1, at = head; age > 0; age--) {
        sum += weights[length - 1 - age]! * (values[at]! - input)
        at = at + 1 < length ? at + 1 : 0
      }
      return input + sum
    },
  }
}

/** The oldest first; they make 1. */
const weightsOf = (length: number, offset: number, sigma: number): Float64Array => {
  const bell = Float64Array.from({ length }, (_, i) =>
    Math.exp(-((((i - offset * (length - 1)) * sigma) / length) ** 2) / 2),
  )
  const sum = bell.reduce((a, b) => a + b)
  return bell.map(weight => weight / sum)
}
