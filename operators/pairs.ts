/** Two series at one moment. See `operators/README.md` for how a pipeline brings two instruments together. */
export interface Pair {
  /** Of the instrument itself: a price, or what was made of it. */
  readonly price: number
  /** Of what it is held against: an index, the other leg, a currency. */
  readonly other: number
}

/** Of some pairs: sums of squares and of products of their distances to their means. */
interface Part {
  /** A pair among them; the means are distances from it, so that they keep their digits. */
  baseX: number
  baseY: number
  count: number
  meanX: number
  meanY: number
  xx: number
  xy: number
  yy: number
}

/**
 * Variances and covariance of the last n pairs, in amortised constant time and without subtracting what leaves: as
 * `Powers`, for two series. A series that is flat in the window has a sum of squares of exactly 0.
 *
 * Source: Chan, Golub and LeVeque 1983, The American Statistician 37(3), for the merging.
 */
export interface Pairs {
  readonly x: number[]
  readonly y: number[]
  head: number
  /** Of the block before, by where they begin. */
  readonly tails: Part[]
  readonly grown: Part
  /** Of the window; right when `slidePairs` says so. */
  readonly window: Part
}

export const pairs = (length: number): Pairs => ({
  x: new Array<number>(length).fill(Number.NaN),
  y: new Array<number>(length).fill(Number.NaN),
  head: 0,
  tails: Array.from({ length }, nothing),
  grown: nothing(),
  window: nothing(),
})

/** Takes one pair in and the oldest out. True when the window is full. */
export const slidePairs = (pairs: Pairs, x: number, y: number): boolean => {
  const { tails, grown, window, head } = pairs
  const { length } = pairs.x
  pairs.x[head] = x
  pairs.y[head] = y
  add(grown, x, y)
  pairs.head = head + 1 < length ? head + 1 : 0
  if (pairs.head === 0) turn(pairs)
  else merge(window, tails[pairs.head]!, grown)
  return window.count === length
}

/** A block is full: its tails take the place of those of the block before. */
const turn = ({ x, y, tails, grown, window }: Pairs): void => {
  copy(grown, window)
  copy(empty, grown)
  let shorter = empty
  for (let at = x.length - 1; at > 0; at--) {
    const tail = tails[at]!
    copy(shorter, tail)
    add(tail, x[at]!, y[at]!)
    shorter = tail
  }
}

/** Slope of the line of y over x that fits best, by least squares; NaN where x is flat. */
export const slopeOver = ({ window: { xx, xy } }: Pairs): number => xy / xx

/** How far y is above the line of that slope through the means: no digits are lost to a large offset. */
export const aboveLine = (
  { window: { baseX, baseY, meanX, meanY } }: Pairs,
  slope: number,
  x: number,
  y: number,
): number => y - baseY - meanY - slope * (x - baseX - meanX)

/** What squares the best line leaves: 0 where it leaves no more than rounding does, or x is flat. */
export const leftOver = ({ xx, xy, yy }: { readonly xx: number; readonly xy: number; readonly yy: number }): number => {
  const left = yy - (xy * xy) / xx
  return left > 1e-13 * yy ? left : 0
}

/** Pearson's; NaN where one of the two is flat. */
export const correlationOf = ({ window: { xx, xy, yy } }: Pairs): number =>
  Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))))

const empty: Part = { baseX: 0, baseY: 0, count: 0, meanX: 0, meanY: 0, xx: 0, xy: 0, yy: 0 }

const nothing = (): Part => ({ ...empty })

const copy = (from: Part, to: Part): void => {
  to.baseX = from.baseX
  to.baseY = from.baseY
  to.count = from.count
  to.meanX = from.meanX
  to.meanY = from.meanY
  to.xx = from.xx
  to.xy = from.xy
  to.yy = from.yy
}

const add = (part: Part, x: number, y: number): void => {
  if (part.count === 0) {
    part.baseX = x
    part.baseY = y
  }
  part.count += 1
  const dx = x - part.baseX - part.meanX
  const dy = y - part.baseY - part.meanY
  part.meanX += dx / part.count
  part.meanY += dy / part.count
  const afterX = x - part.baseX - part.meanX
  const afterY = y - part.baseY - part.meanY
  part.xx += dx * afterX
  part.xy += dx * afterY
  part.yy += dy * afterY
}

const merge = (sum: Part, a: Part, b: Part): void => {
  const n = a.count + b.count
  const dx = b.baseX - a.baseX + b.meanX - a.meanX
  const dy = b.baseY - a.baseY + b.meanY - a.meanY
  const weight = (a.count * b.count) / n
  sum.xx = a.xx + b.xx + dx * dx * weight
  sum.xy = a.xy + b.xy + dx * dy * weight
  sum.yy = a.yy + b.yy + dy * dy * weight
  sum.meanX = a.meanX + (dx * b.count) / n
  sum.meanY = a.meanY + (dy * b.count) / n
  sum.baseX = a.baseX
  sum.baseY = a.baseY
  sum.count = n
}
