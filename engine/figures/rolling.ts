import { spreadOf } from './arithmetic.ts'
import type { Daily } from './days.ts'
import { depthOf } from './drawdown.ts'
import { sharpeOf, sortinoOf } from './ratios.ts'

/**
 * Figures of the last `length` days, a value a day; undefined until they are there and where the figure does not exist.
 */
export interface Rolling {
  readonly length: number
  readonly sharpe: readonly (number | undefined)[]
  readonly sortino: readonly (number | undefined)[]
  /** Annual. */
  readonly volatility: readonly (number | undefined)[]
  /** Deepest fall inside the window, from a peak inside it. */
  readonly maxDrawdown: readonly (number | undefined)[]
}

/** Each window is worked out anew, so none carries the rounding of those before: `length` steps a day. */
export const rollingOf = ({ excess, returns, closes, start, perYear }: Daily, length: number): Rolling => {
  const over = (of: (from: number, to: number) => number): readonly (number | undefined)[] =>
    Array.from(closes, (_, i) => {
      const value = i + 1 < length || returns.length === 0 ? Number.NaN : of(i + 1 - length, i + 1)
      return Number.isFinite(value) ? value : undefined
    })
  return {
    length,
    sharpe: over((from, to) => sharpeOf(excess.subarray(from, to), perYear)),
    sortino: over((from, to) => sortinoOf(excess.subarray(from, to), perYear)),
    volatility: over((from, to) => spreadOf(returns.subarray(from, to)) * Math.sqrt(perYear)),
    maxDrawdown: over((from, to) => depthOf(from === 0 ? start : closes[from - 1]!, closes.subarray(from, to))),
  }
}
