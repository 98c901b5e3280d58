/**
 * Exponential means of exponential means, each of the one before. All begin at the plain mean of the first inputs, so
 * that the last has its first value with the first.
 */
export interface Cascade {
  seen: number
  readonly means: number[]
}

export const cascade = (stages: number): Cascade => ({ seen: 0, means: new Array<number>(stages).fill(0) })

/** Takes one number in. True once `length` inputs are in. */
export const slideCascade = (cascade: Cascade, x: number, length: number, weight: number): boolean => {
  const { means } = cascade
  if (cascade.seen < length) {
    cascade.seen += 1
    means.fill(means[0]! + (x - means[0]!) / cascade.seen)
    return cascade.seen === length
  }
  let input = x
  for (let stage = 0; stage < means.length; stage++) {
    means[stage] = means[stage]! + weight * (input - means[stage]!)
    input = means[stage]!
  }
  return true
}
