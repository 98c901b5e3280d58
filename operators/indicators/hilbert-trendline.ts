import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type DominantCycle, dominantCycle, push, slideCycle, weightedOfFour } from '../dominant-cycle.ts'
import { exchange, type Ring, ring } from '../ring.ts'

/** What is left of a price without its cycle. */
export interface HilbertTrendline {
  /** Unit of the input. */
  readonly trendline: number
  /** Length of the cycle that was taken out, in inputs: 1 to 50. */
  readonly period: number
}

/**
 * Hilbert transform instantaneous trendline: the mean over one whole cycle of the price, whose length is measured
 * anew with each input.
 *
 * In      number, price; Ehlers takes the middle of a bar (`medianPrice`)
 * Out     HilbertTrendline; the price itself on a flat market; the record is reused
 * Emits   one per input from number 12 on
 * State   94 numbers per key; how long it remembers its start depends on the cycles in between
 * Late    not seen: works by order; a gap counts as one step
 * Source  Ehlers 2001, Rocket Science for Traders, ch. 10; TA-Lib HT_TRENDLINE, which begins later. Stock Indicators
 *         for .NET gives the prices themselves for the first eleven
 *
 * @example
 * run(hilbertTrendlineStep(), new Array(12).fill(5)) // => [{ trendline: 5, period: 3 }]
 */
export const hilbertTrendline = (): Lifted<number, HilbertTrendline> => lift(hilbertTrendlineStep())

interface HilbertTrendlineState {
  readonly cycle: DominantCycle
  readonly prices: Ring
  /** Of the cycle, averaged once more. */
  period: number
  /** Means over a cycle, the newest first. */
  readonly trends: Float64Array
  seen: number
  readonly out: { trendline: number; period: number }
}

const LONGEST = 50
const WARMUP = 12

/** The pure step behind {@link hilbertTrendline}. */
export const hilbertTrendlineStep = (): Kernel<HilbertTrendlineState, number, HilbertTrendline> => ({
  name: 'hilbertTrendline',
  warmup: WARMUP,
  settle: Infinity,
  init: () => ({
    cycle: dominantCycle(),
    prices: ring(LONGEST),
    period: 0,
    trends: new Float64Array(4),
    seen: 0,
    out: { trendline: 0, period: 0 },
  }),
  step(state, input) {
    const { cycle, prices, trends, out } = state
    if (state.seen < WARMUP) state.seen += 1
    exchange(prices, input)
    if (!slideCycle(cycle, input)) return undefined
    state.period = 0.33 * cycle.period + 0.67 * state.period
    out.period = Math.max(Math.floor(state.period + 0.5), 1)
    push(trends, meanOfLast(prices, out.period))
    out.trendline = weightedOfFour(trends)
    return state.seen === WARMUP ? out : undefined
  },
})

/** Of those that are there. Of the distances to the newest, so that small moves at a large price keep their digits. */
const meanOfLast = ({ values, head }: Ring, count: number): number => {
  const newest = values[(head + LONGEST - 1) % LONGEST]!
  let [sum, taken] = [0, 1]
  for (; taken < count; taken++) {
    const price = values[(head + LONGEST - 1 - taken) % LONGEST]!
    if (Number.isNaN(price)) break
    sum += price - newest
  }
  return newest + sum / taken
}
