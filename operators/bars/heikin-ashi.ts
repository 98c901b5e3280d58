import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { type Forming, noBar } from '../forming.ts'
import { inputsToForget } from '../lengths.ts'

/**
 * Heikin-Ashi bars: each closes at the mean price of its bar and opens in the middle of the Heikin-Ashi bar before, so
 * that a trend is a row of one colour.
 *
 * Their prices are means, at which nothing was traded: orders and returns are made from the bars themselves.
 *
 * In      Bar
 * Out     Bar; times, volume and count are those of the input; the same prices on a flat market; the record is reused
 * Emits   one per bar
 * State   eight numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Source  Valcu 2004, Technical Analysis of Stocks & Commodities 22(2); the first opens in the middle of its own body
 *
 * @example
 * const bar = (open: number, close: number) =>
 *   ({ start: 0, at: 1, open, high: 10, low: 2, close, volume: 1, count: 1 })
 * const bars = run(heikinAshiStep(), [bar(4, 8), bar(8, 10)])
 * bars.map(({ open, high, low, close }) => [open, high, low, close]) // => [[6, 10, 2, 6], [6, 10, 2, 7.5]]
 */
export const heikinAshi = (): Lifted<Bar, Bar> => lift(heikinAshiStep())

/** The pure step behind {@link heikinAshi}. */
export const heikinAshiStep = (): Kernel<Forming, Bar, Bar> => ({
  name: 'heikinAshi',
  warmup: 1,
  settle: 1 + inputsToForget(0.5),
  init: noBar,
  step(out, bar) {
    const { open, high, low, close } = bar
    out.open = Number.isNaN(out.open) ? (open + close) / 2 : (out.open + out.close) / 2
    // Summed in pairs, it is not beyond the high or the low by rounding.
    out.close = (open + close + (high + low)) / 4
    out.high = high >= out.open ? high : out.open
    out.low = low <= out.open ? low : out.open
    out.at = bar.at
    out.start = bar.start
    out.volume = bar.volume
    out.count = bar.count
    return out
  },
})
