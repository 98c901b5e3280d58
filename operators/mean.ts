/** Exponential mean. Begins at the plain mean of the first inputs. */
export interface Mean {
  seen: number
  mean: number
}

/**
 * A mean of sizes below this is a rest of what has long been forgotten, after some ten thousand inputs of 0: the next
 * ones would round at the end of the numbers, and ratios of them say nothing.
 */
export const FORGOTTEN = 1e-290

export const noMean = (): Mean => ({ seen: 0, mean: Number.NaN })

/** Takes one number in. True once `length` inputs are in. */
export const slideMean = (state: Mean, x: number, length: number, weight: number): boolean => {
  if (state.seen === length) {
    state.mean += weight * (x - state.mean)
    return true
  }
  state.seen += 1
  state.mean = state.seen === 1 ? x : state.mean + (x - state.mean) / state.seen
  return state.seen === length
}
