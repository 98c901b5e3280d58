/** The last numbers, for what came a fixed count of inputs ago. */
export interface Ring {
  readonly values: number[]
  head: number
}

export const ring = (length: number): Ring => ({ values: new Array<number>(length).fill(Number.NaN), head: 0 })

/** Takes x in and gives back the number that came `length` inputs before it: NaN for the first ones. */
export const exchange = (ring: Ring, x: number): number => {
  const { values, head } = ring
  const oldest = values[head]!
  values[head] = x
  ring.head = head + 1 < values.length ? head + 1 : 0
  return oldest
}

/** Copies the numbers of a full ring out, the oldest first. */
export const unroll = ({ values, head }: Ring, into: Float64Array): void => {
  for (let i = 0; i < values.length; i++) into[i] = values[(head + i) % values.length]!
}
