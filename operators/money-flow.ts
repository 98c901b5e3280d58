import type { Bar } from '../engine/market/bar.ts'

/** What the accumulation indicators read of a bar. */
export type MoneyFlowBar = Pick<Bar, 'high' | 'low' | 'close' | 'volume'>

/** Volume, from -1 of it when a bar closes at its low to 1 at its high; 0 for a bar without a range. */
export const moneyFlowVolume = ({ high, low, close, volume }: MoneyFlowBar): number =>
  high > low ? ((close - low - (high - close)) / (high - low)) * volume : 0

/** What three prices and their sum are rounded by, as a share of the sum. */
const ROUNDING = 2 ** -50

/** Whether the sum of three prices rose, 1, or fell, -1; 0 where it is the same to the precision of numbers. */
export const directionOf = (now: number, before: number): number =>
  Math.abs(now - before) <= now * ROUNDING ? 0 : Math.sign(now - before)
