/**
 * The largest of the last n numbers, in amortised constant time. Every n numbers, those of the ring become the largest
 * from each on to the newest; until they are overwritten, the window is one of them and the numbers since. For the
 * smallest, take numbers in with the other sign.
 *
 * No branch hangs on the numbers, which no processor could foretell.
 *
 * Source: van Herk 1992, Pattern Recognition Letters 13(7).
 */
export interface Highest {
  readonly values: number[]
  head: number
  /** The largest since the ring last came round. */
  newest: number
  isFull: boolean
}

export const highestOf = (length: number): Highest => ({
  values: new Array<number>(length).fill(-Infinity),
  head: 0,
  newest: -Infinity,
  isFull: false,
})

/** Takes one number in and the oldest out. Gives the largest so far; `isFull` says whether it is that of a window. */
export const slideHighest = (highest: Highest, x: number): number => {
  const { values, head } = highest
  const next = head + 1
  values[head] = x
  highest.newest = head === 0 ? x : Math.max(highest.newest, x)
  if (next < values.length) {
    highest.head = next
    return Math.max(highest.newest, values[next]!)
  }
  highest.head = 0
  highest.isFull = true
  for (let i = values.length - 2; i >= 0; i--) values[i] = Math.max(values[i]!, values[i + 1]!)
  return highest.newest
}
