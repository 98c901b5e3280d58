/**
 * Exponential mean in two numbers, for what is made of the distance to it: the digits that one number would lose at a
 * large price are in the other. Begins at the plain mean of the first inputs.
 *
 * Source: Dekker 1971, Numerische Mathematik 18, for the sum in two numbers.
 */
export interface FineMean {
  seen: number
  mean: number
  rest: number
}

export const fineMean = (): FineMean => ({ seen: 0, mean: 0, rest: 0 })

/** Takes one number in. True once `length` inputs are in. */
export const slideFineMean = (fine: FineMean, x: number, length: number, weight: number): boolean => {
  const { mean, rest } = fine
  const isSeeding = fine.seen < length
  if (isSeeding) fine.seen += 1
  const move = (isSeeding ? 1 / fine.seen : weight) * (x - mean - rest) + rest
  fine.mean = mean + move
  fine.rest = move - (fine.mean - mean)
  return fine.seen === length
}

/** How far x is above it. */
export const aboveMean = ({ mean, rest }: FineMean, x: number): number => x - mean - rest

/** How far a fast mean is above a slow one: the convergence and divergence of the two. */
export const gapOf = (fast: FineMean, slow: FineMean): number => fast.mean - slow.mean + (fast.rest - slow.rest)
