import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface PermutationEntropyOptions {
  /** Window, in inputs. Integer, at least `order + 1`. */
  readonly length: number
  /** Inputs whose order makes a pattern. Integer, 2 to 6. 3 is the usual. */
  readonly order: number
}

/**
 * How unpredictable the ups and downs are: the entropy of the orders in which `order` neighbours stand. 1 where all
 * orders come alike, as in noise, 0 where one comes alone, as in a trend. Sizes of moves do not matter.
 *
 * In      number, any unit; finite
 * Out     number, 0..1: the entropy over its largest, ln(order!); 0 on a flat market
 * Emits   one per input from number `length` on
 * State   `length + order!` numbers per key; an update takes order! steps
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when order is not an integer of 2 to 6, or length not one above order
 * Source  Bandt and Pompe 2002, Physical Review Letters 88(17); of equal numbers the earlier counts as the smaller
 *
 * @example
 * run(permutationEntropyStep({ length: 4, order: 2 }), [1, 2, 3, 4, 2, 3]) // => [0, 0.918296, 0.918296]
 */
export const permutationEntropy = (options: PermutationEntropyOptions): Lifted<number, number> =>
  lift(permutationEntropyStep(options))

interface PermutationEntropyState {
  /** Pattern after pattern, by number. */
  readonly patterns: Ring
  readonly counts: Float64Array
  /** The last `order` inputs, the oldest first. */
  readonly inputs: Float64Array
}

/** The pure step behind {@link permutationEntropy}. */
export const permutationEntropyStep = ({
  length,
  order,
}: PermutationEntropyOptions): Kernel<PermutationEntropyState, number, number> => {
  checkLengths('permutationEntropy', { length, order }, 2)
  assert(order <= 6, `permutationEntropy: order is at most 6, found ${order}`)
  assert(length > order, `permutationEntropy: length is above the order ${order}, found ${length}`)
  const count = length - order + 1
  const orders = factorial(order)
  return {
    name: `permutationEntropy(${length}, ${order})`,
    warmup: length,
    init: () => ({
      patterns: ring(count),
      counts: new Float64Array(orders),
      inputs: new Float64Array(order).fill(Number.NaN),
    }),
    step({ patterns, counts, inputs }, input) {
      inputs.copyWithin(0, 1)
      inputs[order - 1] = input
      if (Number.isNaN(inputs[0])) return Number.NaN
      const pattern = patternOf(inputs)
      const oldest = exchange(patterns, pattern)
      counts[pattern]! += 1
      if (Number.isNaN(oldest)) {
        if (patterns.head !== 0) return Number.NaN
      } else counts[oldest]! -= 1
      return entropyOf(counts, count) / Math.log(orders)
    },
  }
}

/** The number of the order in which they stand: for each, how many before it are larger (Lehmer's code). */
const patternOf = (inputs: Float64Array): number => {
  let pattern = 0
  for (let i = 1; i < inputs.length; i++) {
    let larger = 0
    for (let j = 0; j < i; j++) if (inputs[j]! > inputs[i]!) larger += 1
    pattern = pattern * (i + 1) + larger
  }
  return pattern
}

const entropyOf = (counts: Float64Array, all: number): number => {
  let sum = 0
  for (const count of counts) if (count > 0) sum += (count / all) * Math.log(all / count)
  return sum
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
