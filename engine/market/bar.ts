import type { Micros } from './units.ts'

/** What one span of time traded at. Spans are half open: [start, at). */
export interface Bar {
  /** The end of the span. */
  readonly at: Micros
  readonly start: Micros
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Sum of sizes, 0 when the input carries none. */
  readonly volume: number
  /** Inputs that made the bar. */
  readonly count: number
}
