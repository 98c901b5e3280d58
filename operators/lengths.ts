import { assert } from '../engine/assert.ts'

/** Fails: Defect ASSERT when one of the options, given by its name, is not an integer of at least `least`. */
export const checkLengths = (operator: string, options: Readonly<Record<string, number>>, least: number): void => {
  for (const [name, length] of Object.entries(options))
    assert(
      Number.isInteger(length) && length >= least,
      `${operator}: ${name} is an integer of at least ${least}, found ${length}`,
    )
}

/**
 * Inputs until what moves towards each of them by `weight`, and so keeps 1 - weight of its start, has forgotten it:
 * e^-37 is below one part in 2^53.
 */
export const inputsToForget = (weight: number): number => (weight >= 1 ? 0 : Math.ceil(37 / -Math.log1p(-weight)))
