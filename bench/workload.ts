import type { Ticks } from './ticks.ts'

/**
 * From ticks to fills, for each instrument apart. Every variant does exactly this:
 *
 * 1. An order that waits is filled on the instrument's next raw tick: a buy at the ask, a sale at the bid, with the
 *    fee.
 * 2. Debounce: the tick before passes on if this one comes at least 10 ms after it.
 * 3. W1 takes the mids of the ticks that passed as one-minute bars; the first tick of the next minute closes a bar,
 *    empty minutes give none. W2 takes every tick that passed as a bar of its own: high = ask, low = bid, close = mid.
 * 4. Of each bar: the deviation of the last 20 log returns, the z-score of the close among the last 20 closes (sample
 *    deviations), Wilder's RSI(14), Wilder's ADX(14). A flat window has no z-score: the last one stands.
 * 5. Once all four exist and the volatility is above zero, `target` says the position to hold, or nothing.
 * 6. The difference between that and the position is the order that waits.
 *
 * A fill changes the position before the next row is stepped. The ticks are those of `ticks.ts`.
 */
export type Workload = 'W1' | 'W2'

/** One graph, built once: rows are pushed through it in order. */
export interface Runner<R extends object = Result> {
  push(ticks: Ticks): void
  result(): R
}

export interface Result {
  fills: number
  /** How often there was a target. */
  signals: number
  cash: number
}

/** The figures of a result to the last bit: equal in every variant, or the row is void. */
export const checksum = (result: object): string => Object.values(result).join('|')

/** Results of 10 million ticks by plain running sums, as published in the research; two authors got the same bits. */
export const REFERENCE: Readonly<Record<string, string>> = {
  'W1/1': '5959|8420|-3.350435905290098',
  'W1/100': '5276|7295|770.8623803103792',
  'W2/1': '577166|3283749|-33636.19365219573',
  'W2/100': '577516|3284947|-33287.097650535965',
}

export const DEBOUNCE_US = 10_000
export const MINUTE_US = 60_000_000

/** The position to hold, in units; NaN says: leave it as it is. */
export function target(volatility: number, z: number, rsi: number, adx: number): number {
  if (!(volatility > 0 && adx >= 0)) return NaN
  if (Math.abs(z) < 0.25) return 0
  if (adx > 15 && z < -1 && rsi < 45) return size(volatility)
  if (adx > 15 && z > 1 && rsi > 55) return -size(volatility)
  return NaN
}

const size = (volatility: number): number => Math.floor(100 * Math.min(10, 0.001 / volatility)) / 100

/** What buying the quantity takes from the cash, fee included; a sale has a negative quantity. */
export const cost = (quantity: number, price: number): number => quantity * price + Math.abs(quantity) * price * 1e-5
