import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { atrStep } from './atr.ts'

export interface VolatilityStopOptions {
  /** Averaging length of the true range, in bars. Integer, at least 1. 7 is the usual. */
  readonly length: number
  /** Average true ranges from the best close of a position to its stop. Above 0. 3 is the usual. */
  readonly multiplier: number
}

/** A stop that was known before the bar that it holds for. */
export interface VolatilityStop {
  /** Quote currency. */
  readonly stop: number
  /** Of the position that it protects: 1 is long, -1 is short. */
  readonly direction: number
  /** 1 where this close is beyond the stop and the position turns, else 0. */
  readonly isReversal: number
}

/**
 * Wilder's volatility system: always in the market, with a stop some average true ranges from the best close since the
 * last turn.
 *
 * The range is that of the bar before, so that the stop stands before the bar begins.
 *
 * In      a bar's { high, low, close }, prices in quote currency
 * Out     VolatilityStop; the record is reused
 * Emits   one per bar behind the first turn, which ends a guess; the first at bar `length + 3` or later. None on a
 *         flat market
 * State   eleven numbers per key; how long it remembers its start depends on when it turns
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when length is not an integer of at least 1, or multiplier not above 0
 * Source  Wilder 1978, New Concepts in Technical Trading Systems, ch. 3; it begins with the direction of the first
 *         `length` closes, as in Stock Indicators for .NET
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(volatilityStopStep({ length: 1, multiplier: 1 }), [9, 8, 20, 21].map(bar)) // => [{ stop: 7, direction: 1,
 * // isReversal: 0 }]
 */
export const volatilityStop = (
  options: VolatilityStopOptions,
): Lifted<Pick<Bar, 'high' | 'low' | 'close'>, VolatilityStop> => lift(volatilityStopStep(options))

interface VolatilityStopState {
  readonly range: StateOf<typeof atrStep>
  seen: number
  first: number
  /** Average true range of the bar before. */
  before: number
  direction: number
  highest: number
  lowest: number
  hasTurned: boolean
  readonly out: { stop: number; direction: number; isReversal: number }
}

/** The pure step behind {@link volatilityStop}. */
export const volatilityStopStep = ({
  length,
  multiplier,
}: VolatilityStopOptions): Kernel<VolatilityStopState, Pick<Bar, 'high' | 'low' | 'close'>, VolatilityStop> => {
  checkLengths('volatilityStop', { length }, 1)
  assert(multiplier > 0, `volatilityStop: multiplier is above 0, found ${multiplier}`)
  const atr = atrStep({ length })
  return {
    name: `volatilityStop(${length}, ${multiplier})`,
    warmup: length + 3,
    settle: Infinity,
    init: () => ({
      range: atr.init(),
      seen: 0,
      first: Number.NaN,
      before: Number.NaN,
      direction: 0,
      highest: -Infinity,
      lowest: Infinity,
      hasTurned: false,
      out: { stop: Number.NaN, direction: 0, isReversal: 0 },
    }),
    step(state, bar) {
      const { out } = state
      const { close } = bar
      const reach = multiplier * state.before
      state.before = atr.step(state.range, bar)!
      if (state.seen < length) begin(state, close, length)
      out.stop = state.direction > 0 ? state.highest - reach : state.lowest + reach
      out.direction = state.direction
      const isKnown = state.hasTurned
      // False while there is no range yet.
      if (state.direction > 0 ? close < out.stop : close > out.stop) {
        state.direction = -state.direction
        state.highest = close
        state.lowest = close
        state.hasTurned = true
        out.isReversal = 1
      } else {
        state.highest = Math.max(state.highest, close)
        state.lowest = Math.min(state.lowest, close)
        out.isReversal = 0
      }
      return isKnown ? out : undefined
    },
  }
}

/** The first direction is a guess: that of the first closes. */
const begin = (state: VolatilityStopState, close: number, length: number): void => {
  state.seen += 1
  if (state.seen === 1) state.first = close
  if (state.seen === length) state.direction = close > state.first ? 1 : -1
}
