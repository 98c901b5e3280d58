import type { Bar } from '../engine/market/bar.ts'

/** What the accumulation indicators read of a bar. */
export type MoneyFlowBar = Pick<Bar, 'high' | 'low' | 'close' | 'volume'>

/** Volume, from -1 of it when a bar closes at its low to 1 at its high; 0 for a bar without a range. */
export const moneyFlowVolume = ({ high, low, close, volume }: MoneyFlowBar): number =>
  high > low ? ((close - low - (high - close)) / (high - low)) * volume : 0
