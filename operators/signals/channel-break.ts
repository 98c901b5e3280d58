import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Signal } from '../../engine/market/target.ts'

/** The borders of a market: what is broken to enter, and, nearer, what is broken to leave. Quote currency. */
export interface Borders {
  readonly price: number
  readonly upper: number
  readonly lower: number
  /** A short position leaves above the one, a long one below the other. */
  readonly leaveAbove: number
  readonly leaveBelow: number
}

/**
 * Goes with a price that leaves its channel, and stays until it falls back through a nearer one.
 *
 * `donchian` of two lengths gives both channels: the turtles entered by 20 days and left by 10.
 *
 * In      { price, upper, lower, leaveAbove, leaveBelow }
 * Out     Signal; the record is reused
 * Emits   when the direction changes; a price that breaks out on the other side turns at once
 * State   the direction per key
 * Late    not seen: works by order; on a flat market nothing is broken, over a gap the direction stays
 * Source  Covel 2004, Trend Following; Dennis and Eckhardt's rules
 *
 * @example
 * const read = (price: number) => ({ price, upper: 8, lower: 2, leaveAbove: 6, leaveBelow: 4 })
 * run(channelBreakStep(), [5, 9, 5, 3, 1].map(read)).map(s => s.direction) // => [1, 0, -1]
 */
export const channelBreak = (): Lifted<Borders, Signal> => lift(channelBreakStep())

interface ChannelBreakState {
  readonly out: { direction: Signal['direction']; price: number }
}

/** The pure step behind {@link channelBreak}. */
export const channelBreakStep = (): Kernel<ChannelBreakState, Borders, Signal> => ({
  name: 'channelBreak',
  warmup: 1,
  settle: Infinity,
  init: () => ({ out: { direction: 0, price: Number.NaN } }),
  step({ out }, borders) {
    const direction = directionOf(out.direction, borders)
    if (direction === out.direction) return undefined
    out.direction = direction
    out.price = borders.price
    return out
  },
})

const directionOf = (now: Signal['direction'], borders: Borders): Signal['direction'] => {
  const { price, upper, lower, leaveAbove, leaveBelow } = borders
  if (price > upper) return 1
  if (price < lower) return -1
  const isLeft = now > 0 ? price < leaveBelow : price > leaveAbove
  return isLeft ? 0 : now
}
