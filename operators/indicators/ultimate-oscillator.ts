import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'
import type { HighLowClose } from './adx.ts'

export interface UltimateOscillatorOptions {
  /** The short window, in bars; it counts four times. Integer, at least 1. 7 is the usual. */
  readonly short: number
  /** The middle window; it counts twice. Integer above `short`. 14 is the usual. */
  readonly middle: number
  /** The long window. Integer above `middle`. 28 is the usual. */
  readonly long: number
}

/**
 * Ultimate oscillator: which share of the true range was above the low of it at the close, over three windows.
 *
 * In      { high, low, close }, price, any unit
 * Out     number, 0..100
 * Emits   one per bar from bar `long + 1` on; none while the short window has no range
 * State   `2 * (short + middle + long)` numbers per key
 * Late    not seen: works by order; a gap between two bars is in the range of the second
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or they do not rise
 * Source  Williams 1985, Technical Analysis of Stocks & Commodities 3(4)
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(ultimateOscillatorStep({ short: 1, middle: 2, long: 3 }), [1, 2, 3, 1].map(bar)) // => [36.598639]
 */
export const ultimateOscillator = (options: UltimateOscillatorOptions): Lifted<HighLowClose, number> =>
  lift(ultimateOscillatorStep(options))

interface UltimateOscillatorState {
  close: number
  readonly short: Share
  readonly middle: Share
  readonly long: Share
}

/** The pure step behind {@link ultimateOscillator}. */
export const ultimateOscillatorStep = ({
  short,
  middle,
  long,
}: UltimateOscillatorOptions): Kernel<UltimateOscillatorState, HighLowClose, number> => {
  checkLengths('ultimateOscillator', { short, middle, long }, 1)
  assert(
    short < middle && middle < long,
    `ultimateOscillator: lengths rise, found short ${short}, middle ${middle}, long ${long}`,
  )
  return {
    name: `ultimateOscillator(${short}, ${middle}, ${long})`,
    warmup: long + 1,
    init: () => ({ close: Number.NaN, short: share(short), middle: share(middle), long: share(long) }),
    step(state, { high, low, close }) {
      const before = state.close
      state.close = close
      if (Number.isNaN(before)) return Number.NaN
      const bottom = Math.min(low, before)
      const range = Math.max(high, before) - bottom
      const quick = slideShare(state.short, close - bottom, range)
      const usual = slideShare(state.middle, close - bottom, range)
      return (100 * (4 * quick + 2 * usual + slideShare(state.long, close - bottom, range))) / 7
    },
  }
}

/** Which share of the true ranges was buying pressure. */
interface Share {
  readonly pressure: Sum
  readonly range: Sum
}

const share = (length: number): Share => ({ pressure: sum(length), range: sum(length) })

const slideShare = (share: Share, pressure: number, range: number): number => {
  const bought = slideSum(share.pressure, pressure)
  const moved = slideSum(share.range, range)
  return moved > 0 ? bought / moved : Number.NaN
}
