import { assert } from '../engine/assert.ts'
import type { Trade } from '../engine/market/trade.ts'
import { type Aggressor, aggressor, signOf } from './aggressor.ts'
import { checkLengths } from './lengths.ts'

export interface ExpectationOptions {
  /** What a trade counts for: 1, its size, or what was paid. */
  readonly by: 'trades' | 'volume' | 'notional'
  /** Trades in the first bar, which sets the first expectations. Integer, from `least` to `most`. */
  readonly trades: number
  /** No bar has fewer trades, nor is one expected to have. Integer, at least 1. */
  readonly least: number
  /** No bar has more trades, nor is one expected to have. Integer, at least `least`. */
  readonly most: number
  /** Averaging length of the expectations, in bars. Integer, at least 1. */
  readonly memory: number
}

/**
 * What is bought and sold in the bar in the making, and what is expected of a trade and of a bar: exponential means
 * over the bars before, NaN in the first.
 */
export interface Expectations {
  readonly last: Aggressor
  trades: number
  bought: number
  sold: number
  expectedTrades: number
  /** Per trade. */
  expectedBought: number
  expectedSold: number
}

export const expectations = (): Expectations => ({
  last: aggressor(),
  trades: 0,
  bought: 0,
  sold: 0,
  expectedTrades: Number.NaN,
  expectedBought: Number.NaN,
  expectedSold: Number.NaN,
})

/** Fails: Defect ASSERT when a length is not an integer within its bounds. */
export const checkExpectations = (operator: string, { trades, least, most, memory }: ExpectationOptions): void => {
  checkLengths(operator, { trades, least, most, memory }, 1)
  assert(
    least <= trades && trades <= most,
    `${operator}: trades is from least ${least} to most ${most}, found ${trades}`,
  )
}

/** Takes one trade in. True when it completes the bar: `surprise` is asked whether more came than was expected. */
export const takeTrade = (
  tally: Expectations,
  trade: Trade,
  options: ExpectationOptions,
  surprise: (tally: Expectations) => boolean,
): boolean => {
  const { price, size } = trade
  const amount = options.by === 'trades' ? 1 : options.by === 'volume' ? size : price * size
  const sign = signOf(tally.last, trade)
  tally.trades += 1
  if (sign > 0) tally.bought += amount
  else if (sign < 0) tally.sold += amount
  const isFirst = Number.isNaN(tally.expectedTrades)
  const isEnough = isFirst ? tally.trades >= options.trades : tally.trades >= options.least && surprise(tally)
  if (!isEnough && tally.trades < options.most) return false
  expectAnew(tally, options)
  return true
}

const expectAnew = (tally: Expectations, { least, most, memory }: ExpectationOptions): void => {
  const { trades } = tally
  const weight = Number.isNaN(tally.expectedTrades) ? 1 : 2 / (memory + 1)
  const moved = (mean: number, x: number): number => (weight === 1 ? x : mean + weight * (x - mean))
  tally.expectedTrades = Math.min(Math.max(moved(tally.expectedTrades, trades), least), most)
  tally.expectedBought = moved(tally.expectedBought, tally.bought / trades)
  tally.expectedSold = moved(tally.expectedSold, tally.sold / trades)
  tally.trades = 0
  tally.bought = 0
  tally.sold = 0
}
