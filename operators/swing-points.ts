import type { Bar } from '../engine/market/bar.ts'
import { type Highest, highestOf, slideHighest } from './extremes.ts'
import { exchange, type Ring, ring } from './ring.ts'

/**
 * Swing highs and lows: the extremes of `2 * span + 1` bars, when they are known, `span` bars after they stood. Of
 * equal extremes the earliest is the swing.
 */
export interface SwingPoints {
  readonly highs: Turns
  readonly lows: Turns
  /** Known with the latest bar; NaN for none. */
  newHigh: number
  newLow: number
  /** The latest that are known; NaN for none. */
  high: number
  low: number
}

export const swingPoints = (span: number): SwingPoints => ({
  highs: turns(span),
  lows: turns(span),
  newHigh: Number.NaN,
  newLow: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
})

/** Takes one bar in. */
export const slideSwings = (points: SwingPoints, { high, low }: Pick<Bar, 'high' | 'low'>): void => {
  points.newHigh = slideTurns(points.highs, high)
  points.newLow = -slideTurns(points.lows, -low)
  if (!Number.isNaN(points.newHigh)) points.high = points.newHigh
  if (!Number.isNaN(points.newLow)) points.low = points.newLow
}

/** Swings that no close has yet gone beyond. */
export interface Breaks {
  readonly points: SwingPoints
  /** The swing that was broken last. */
  broken: number
}

export const breaks = (span: number): Breaks => ({ points: swingPoints(span), broken: Number.NaN })

/** Takes one bar in. 1 where it closes above the last swing high for the first time, -1 below the last low, else 0. */
export const slideBreaks = (breaks: Breaks, bar: Pick<Bar, 'high' | 'low' | 'close'>): number => {
  const { points } = breaks
  slideSwings(points, bar)
  const direction = bar.close > points.high ? 1 : bar.close < points.low ? -1 : 0
  if (direction === 0) return 0
  breaks.broken = direction > 0 ? points.high : points.low
  if (direction > 0) points.high = Number.NaN
  else points.low = Number.NaN
  return direction
}

/** Of one side, from above; lows come in with the other sign. */
interface Turns {
  readonly after: Highest
  readonly middles: Ring
  readonly before: Highest
  highestBefore: number
}

const turns = (span: number): Turns => ({
  after: highestOf(span),
  middles: ring(span),
  before: highestOf(span),
  highestBefore: Number.NaN,
})

/** Takes one number in. Gives the one of `span` inputs ago where it is above those before and not below those after. */
const slideTurns = (turns: Turns, x: number): number => {
  const after = slideHighest(turns.after, x)
  const middle = exchange(turns.middles, x)
  if (Number.isNaN(middle)) return Number.NaN
  const isTurn = turns.before.isFull && middle > turns.highestBefore && middle >= after
  turns.highestBefore = slideHighest(turns.before, middle)
  return isTurn ? middle : Number.NaN
}
