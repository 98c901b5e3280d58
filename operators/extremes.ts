/**
 * The largest of the last n numbers, in amortised constant time: a ring of those that may still become the largest, in
 * falling order. For the smallest, take numbers in with the other sign.
 *
 * Source: Lemire 2006, Streaming maximum-minimum filter, Nordic Journal of Computing 13(4).
 */
export interface Highest {
  readonly values: number[]
  /** Which input each was, counted from 1. */
  readonly places: number[]
  head: number
  size: number
  seen: number
}

export const highestOf = (length: number): Highest => ({
  values: new Array<number>(length).fill(Number.NaN),
  places: new Array<number>(length).fill(Number.NaN),
  head: 0,
  size: 0,
  seen: 0,
})

/**
 * Takes one number in and the oldest out. Gives the largest so far; ask `isFull` whether it is that of a window. Of
 * equals the newest counts, or the oldest where it is asked for.
 */
export const slideHighest = (highest: Highest, x: number, equals: 'newest' | 'oldest' = 'newest'): number => {
  const { values, places } = highest
  const { length } = values
  let { head, size } = highest
  highest.seen += 1
  if (size > 0 && places[head]! <= highest.seen - length) {
    head = head + 1 < length ? head + 1 : 0
    size -= 1
  }
  while (size > 0 && values[(head + size - 1) % length]! < x) size -= 1
  if (equals === 'newest' && size > 0 && values[(head + size - 1) % length] === x) size -= 1
  const at = (head + size) % length
  values[at] = x
  places[at] = highest.seen
  highest.head = head
  highest.size = size + 1
  return values[head]!
}

export const isFull = ({ seen, values }: Highest): boolean => seen >= values.length

/** How many inputs ago the largest came: 0 is the latest input. */
export const ageOf = ({ seen, places, head }: Highest): number => seen - places[head]!
