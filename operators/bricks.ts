import type { Bar } from '../engine/market/bar.ts'
import { type Forming, noBar, openBar } from './forming.ts'

/** Bars of one height, each on the one before, and what was traded since the last of them. */
export interface Bricks {
  /** The edges of the last brick, quote currency. */
  top: number
  bottom: number
  isEmpty: boolean
  readonly since: Forming
  readonly out: Forming
}

export const bricks = (): Bricks => ({
  top: Number.NaN,
  bottom: Number.NaN,
  isEmpty: true,
  since: noBar(),
  out: noBar(),
})

/** More than these at once are a gap, or a wrong price: they become one. */
export const MOST_AT_ONCE = 1000

/** What the difference of two prices is rounded by, as a share of the price. */
const ROUNDING = 2 ** -50

/** Takes one bar in, and gives out the bricks that its close completes. True where there are some. */
export const layBricks = (bricks: Bricks, bar: Bar, size: number, emit: (brick: Bar) => void): boolean => {
  gather(bricks, bar)
  const { top, bottom } = bricks
  const slack = (bar.close * ROUNDING) / size
  const above = Math.floor((bar.close - top) / size + slack)
  const below = Math.floor((bottom - bar.close) / size + slack)
  const height = Math.max(above, below)
  if (!(height > 0)) return false
  const side = above > 0 ? 1 : -1
  const edge = side > 0 ? top : bottom
  const count = height > MOST_AT_ONCE ? 1 : height
  const step = (side * size * height) / count
  Object.assign(bricks.out, bricks.since)
  bricks.out.volume /= count
  for (let brick = 0; brick < count; brick++) {
    bricks.out.open = edge + brick * step
    bricks.out.close = edge + (brick + 1) * step
    emit(bricks.out)
    // Inputs are whole: they are counted to the first.
    bricks.out.count = 0
  }
  const last = edge + count * step
  bricks.top = side > 0 ? last : last + size
  bricks.bottom = side > 0 ? last - size : last
  bricks.isEmpty = true
  return true
}

const gather = (bricks: Bricks, bar: Bar): void => {
  const { since } = bricks
  if (bricks.isEmpty) openBar(since, bar.start, bar.open)
  bricks.isEmpty = false
  since.at = bar.at
  since.high = Math.max(since.high, bar.high)
  since.low = Math.min(since.low, bar.low)
  since.volume += bar.volume
  since.count += bar.count
}
