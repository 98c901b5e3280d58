import type { Bar } from '../engine/market/bar.ts'

/** A bar in the making. */
export type Forming = { -readonly [Field in keyof Bar]: Bar[Field] }

export const noBar = (): Forming => ({
  at: Number.NaN as Bar['at'],
  start: Number.NaN as Bar['at'],
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close: Number.NaN,
  volume: Number.NaN,
  count: 0,
})

/** Begins a bar anew, with nothing in it but its first price. */
export const openBar = (bar: Forming, start: number, price: number): void => {
  bar.start = start as Bar['at']
  bar.open = price
  bar.high = price
  bar.low = price
  bar.close = price
  bar.volume = 0
  bar.count = 0
}
