import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Moments, moments, slide } from '../../engine/flow/moments.ts'
import { checkLengths } from '../lengths.ts'
import { lineEnd, type Ramp, ramp, slideRamp } from '../ramp.ts'

export interface StdevChannelOptions {
  /** Window, in inputs. Integer, at least 2. 20 is the usual. */
  readonly length: number
  /** Standard deviations from the line to each side. Above 0. 2 is the usual. */
  readonly deviations: number
}

/** Where a channel along a line ends, unit of the input. */
export interface StdevChannel {
  readonly lower: number
  readonly middle: number
  readonly upper: number
}

/**
 * Standard deviation channel: the end of the least-squares line through a window and, on both sides, a number of the
 * window's standard deviations.
 *
 * Charts draw one line through a whole window, which the first bars of that window could not know. This is the channel
 * at the last bar of each window.
 *
 * In      number, any unit; finite
 * Out     StdevChannel; all three are the same on a flat window; the record is reused
 * Emits   one per input from number `length` on
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2, or deviations not above 0
 * Source  Stock Indicators for .NET: the standard deviation (n) of the numbers, not of their distances to the line
 *
 * @example
 * run(stdevChannelStep({ length: 2, deviations: 2 }), [1, 3]) // => [{ lower: 1, middle: 3, upper: 5 }]
 */
export const stdevChannel = (options: StdevChannelOptions): Lifted<number, StdevChannel> =>
  lift(stdevChannelStep(options))

interface StdevChannelState {
  readonly line: Ramp
  readonly window: Moments
  readonly out: { lower: number; middle: number; upper: number }
}

/** The pure step behind {@link stdevChannel}. */
export const stdevChannelStep = ({
  length,
  deviations,
}: StdevChannelOptions): Kernel<StdevChannelState, number, StdevChannel> => {
  checkLengths('stdevChannel', { length }, 2)
  assert(deviations > 0, `stdevChannel: deviations is above 0, found ${deviations}`)
  const population = (length - 1) / length
  return {
    name: `stdevChannel(${length}, ${deviations})`,
    warmup: length,
    init: () => ({ line: ramp(length), window: moments(length), out: { lower: 0, middle: 0, upper: 0 } }),
    step({ line, window, out }, input) {
      slideRamp(line, input)
      const reach = deviations * Math.sqrt(slide(window, input, length) * population)
      if (Number.isNaN(reach)) return undefined
      out.middle = lineEnd(line)
      out.lower = out.middle - reach
      out.upper = out.middle + reach
      return out
    },
  }
}
