import { type Highest, highestOf, slideHighest } from './extremes.ts'

/** The highest and the lowest of the last n ranges: those of bars, or numbers as ranges of their own. */
export interface Channel {
  readonly highs: Highest
  readonly lows: Highest
  top: number
  bottom: number
}

export const channel = (length: number): Channel => ({
  highs: highestOf(length),
  lows: highestOf(length),
  top: Number.NaN,
  bottom: Number.NaN,
})

/** Takes one range in and the oldest out. True once the window is full; before, the channel is that of what came. */
export const slideChannel = (channel: Channel, high: number, low: number): boolean => {
  channel.top = slideHighest(channel.highs, high)
  channel.bottom = -slideHighest(channel.lows, -low)
  return channel.highs.isFull
}

/** Where x stands in it: 0 at the bottom, 1 at the top, NaN where it is flat. */
export const placeIn = ({ top, bottom }: Channel, x: number): number =>
  top > bottom ? (x - bottom) / (top - bottom) : Number.NaN
