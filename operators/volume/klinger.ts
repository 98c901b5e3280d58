import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import { type Mean, noMean, slideMean } from '../mean.ts'
import { directionOf, type MoneyFlowBar } from '../money-flow.ts'

export interface KlingerOptions {
  /** Length of the quick mean, in bars. Integer, at least 1. 34 is the usual. */
  readonly fast: number
  /** Length of the slow mean, in bars. Integer above `fast`. 55 is the usual. */
  readonly slow: number
  /** Averaging length of the signal, in bars. Integer, at least 1. 13 is the usual. */
  readonly signal: number
}

export interface Klinger {
  readonly oscillator: number
  readonly signal: number
}

/**
 * Klinger volume oscillator: how far a quick exponential mean of volume force is above a slow one. The force of a bar
 * is its volume, signed by the trend and weighed by what part its range is of all the ranges since the trend turned.
 *
 * In      a bar's { high, low, close, volume }, quote currency and base units
 * Out     Klinger { oscillator, signal }, percent of base units; goes to 0 on a flat market and where nothing is traded
 * Emits   one per bar from bar `slow + signal + 1` on
 * State   ten numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or slow is not above fast
 * Source  Klinger 1997, Technical Analysis of Stocks & Commodities 15(12): V * |2 * (dm / cm - 1)| * trend * 100; the
 *         trend is up when high + low + close has risen, else down. It settles from the first turn of the trend on
 *
 * @example
 * const bar = (close: number, volume: number) => ({ high: close + 1, low: close - 1, close, volume })
 * const bars = [bar(1, 5), bar(2, 5), bar(3, 5), bar(1, 4), bar(2, 6)]
 * run(klingerStep({ fast: 1, slow: 2, signal: 1 }), bars)
 * // => [{ oscillator: -200, signal: -200 }, { oscillator: 266.666667, signal: 266.666667 }]
 */
export const klinger = (options: KlingerOptions): Lifted<MoneyFlowBar, Klinger> => lift(klingerStep(options))

interface KlingerState {
  seen: number
  threefold: number
  trend: number
  range: number
  /** Ranges since the trend turned, with that of the bar before. */
  ranges: number
  readonly fast: Mean
  readonly slow: Mean
  readonly signal: Mean
  readonly out: { oscillator: number; signal: number }
}

/** The pure step behind {@link klinger}. */
export const klingerStep = ({ fast, slow, signal }: KlingerOptions): Kernel<KlingerState, MoneyFlowBar, Klinger> => {
  checkLengths('klinger', { fast, slow, signal }, 1)
  assert(slow > fast, `klinger: slow is above fast ${fast}, found ${slow}`)
  const [fastWeight, slowWeight, signalWeight] = [2 / (fast + 1), 2 / (slow + 1), 2 / (signal + 1)]
  return {
    name: `klinger(${fast}, ${slow}, ${signal})`,
    warmup: slow + signal + 1,
    settle: slow + signal + 20 + inputsToForget(slowWeight) + inputsToForget(signalWeight),
    init: () => ({
      seen: 0,
      threefold: Number.NaN,
      trend: 0,
      range: Number.NaN,
      ranges: 0,
      fast: noMean(),
      slow: noMean(),
      signal: noMean(),
      out: { oscillator: 0, signal: 0 },
    }),
    step(state, bar) {
      const force = forceOf(state, bar)
      if (state.seen < 3) return undefined
      slideMean(state.fast, force, fast, fastWeight)
      if (!slideMean(state.slow, force, slow, slowWeight)) return undefined
      const oscillator = state.fast.mean - state.slow.mean
      if (!slideMean(state.signal, oscillator, signal, signalWeight)) return undefined
      state.out.oscillator = oscillator
      state.out.signal = state.signal.mean
      return state.out
    },
  }
}

/** Volume force; the first bar has no trend, and the second no ranges yet. */
const forceOf = (state: KlingerState, { high, low, close, volume }: MoneyFlowBar): number => {
  const threefold = high + low + close
  const trend = directionOf(threefold, state.threefold) > 0 ? 1 : -1
  const range = high - low
  state.seen += 1
  if (state.seen > 2) state.ranges = (trend === state.trend ? state.ranges : state.range) + range
  state.threefold = threefold
  state.trend = trend
  state.range = range
  return state.ranges > 0 ? volume * Math.abs(2 * (range / state.ranges - 1)) * trend * 100 : 0
}
