import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'

export interface PreviousHighLowOptions {
  /** Span whose extremes are kept, milliseconds of event time. Positive. Spans are counted from the epoch, UTC. */
  readonly spanMs: number
}

/** The extremes of the span before. */
export interface PreviousHighLow {
  /** Quote currency. */
  readonly high: number
  readonly low: number
}

/**
 * High and low of the span before the one that is running: of yesterday, of the last hour.
 *
 * Levels are no inputs of a model; the distance of a price to them is.
 *
 * In      a bar's { start, high, low }; a bar belongs to the span that it starts in
 * Out     PreviousHighLow, quote currency; the record is reused
 * Emits   one per bar from the first bar of the second span on that had any
 * State   five numbers per key
 * Late    a bar of an earlier span counts to the running one
 * Fails   Defect ASSERT when spanMs is not positive
 * Source  definition; a span without bars is passed over
 *
 * @example
 * const bar = (ms: number, high: number) => ({ start: 1000 * ms, high, low: high - 1 })
 * run(previousHighLowStep({ spanMs: 2 }), [bar(0, 5), bar(1, 7), bar(2, 6)]) // => [{ high: 7, low: 4 }]
 */
export const previousHighLow = (
  options: PreviousHighLowOptions,
): Lifted<Pick<Bar, 'start' | 'high' | 'low'>, PreviousHighLow> => lift(previousHighLowStep(options))

interface PreviousHighLowState {
  /** Number of the running span, since the epoch. */
  span: number
  high: number
  low: number
  readonly out: { high: number; low: number }
}

/** The pure step behind {@link previousHighLow}. */
export const previousHighLowStep = ({
  spanMs,
}: PreviousHighLowOptions): Kernel<PreviousHighLowState, Pick<Bar, 'start' | 'high' | 'low'>, PreviousHighLow> => {
  assert(spanMs > 0, `previousHighLow: spanMs is positive, found ${spanMs}`)
  return {
    name: `previousHighLow(${spanMs})`,
    warmup: 2,
    init: () => ({ span: -Infinity, high: Number.NaN, low: Number.NaN, out: { high: Number.NaN, low: Number.NaN } }),
    step(state, { start, high, low }) {
      const span = Math.floor(start / (1000 * spanMs))
      if (span > state.span) {
        state.out.high = state.high
        state.out.low = state.low
        state.span = span
        state.high = high
        state.low = low
      } else {
        state.high = Math.max(state.high, high)
        state.low = Math.min(state.low, low)
      }
      return Number.isNaN(state.out.high) ? undefined : state.out
    },
  }
}
