/**
 * Orders that wait for the touch to come to their price, sorted so that the next to be reached stands last: a quote
 * asks one number, however many wait. Keys grow with how soon they are reached; of equal keys the older is first.
 */
export interface Ladder {
  readonly touch: 'bid' | 'ask'
  /** 1: reached when the touch falls to the price; -1: when it rises to it. */
  readonly sign: 1 | -1
  readonly keys: number[]
  readonly jobs: number[]
}

/** The price of an order that takes any: reached by every quote. */
export const ANY_PRICE = 0

/** [buy limits, sell limits, buy stops, sell stops]; a take-profit waits like a limit. */
export type Ladders = readonly [Ladder, Ladder, Ladder, Ladder]

export const ladders = (): Ladders => [
  { touch: 'ask', sign: 1, keys: [], jobs: [] },
  { touch: 'bid', sign: -1, keys: [], jobs: [] },
  { touch: 'ask', sign: -1, keys: [], jobs: [] },
  { touch: 'bid', sign: 1, keys: [], jobs: [] },
]

export const ladderOf = (all: Ladders, isBuy: boolean, isStop: boolean): Ladder =>
  all[(isBuy ? 0 : 1) + (isStop ? 2 : 0)]!

/** Places are found by halving; what is newer comes to stand before its equals. */
export function place({ keys, jobs, sign }: Ladder, price: number, job: number): void {
  const key = keyOf(price, sign)
  const at = firstFrom(keys, key)
  keys.splice(at, 0, key)
  jobs.splice(at, 0, job)
}

/** Takes out an order that waits at the price; false when it does not. */
export function remove({ keys, jobs, sign }: Ladder, price: number, job: number): boolean {
  const key = keyOf(price, sign)
  for (let at = firstFrom(keys, key); keys[at] === key; at += 1) {
    if (jobs[at] !== job) continue
    keys.splice(at, 1)
    jobs.splice(at, 1)
    return true
  }
  return false
}

export const isReached = ({ keys, sign }: Ladder, touch: number): boolean =>
  keys.length > 0 && keys[keys.length - 1]! >= touch * sign

/** Moves what the touch has reached to `due`, in the order in which it was reached. */
export function takeReached(ladder: Ladder, touch: number, due: number[]): void {
  while (isReached(ladder, touch)) {
    ladder.keys.pop()
    due.push(ladder.jobs.pop()!)
  }
}

/** The jobs that wait at the price, or, of a ladder of limits, at a better one. */
export function jobsFrom({ keys, jobs, sign }: Ladder, price: number): readonly number[] {
  return jobs.slice(firstFrom(keys, price * sign))
}

/** The next price beyond `from` that is reached on the way to `to`; NaN without. */
export function nextPrice({ keys, sign }: Ladder, from: number, to: number): number {
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const price = keys[at]! * sign
    const isPassed = keys[at] === Number.MAX_SAFE_INTEGER || price * sign >= from * sign
    if (!isPassed) return price * sign >= to * sign ? price : Number.NaN
  }
  return Number.NaN
}

const keyOf = (price: number, sign: number): number => (price === ANY_PRICE ? Number.MAX_SAFE_INTEGER : price * sign)

/** The first place whose key is not below. */
function firstFrom(keys: readonly number[], key: number): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}
