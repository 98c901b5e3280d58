import { assert } from '../engine/assert.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import type { HighLowClose } from './indicators/adx.ts'
import { atrStep } from './indicators/atr.ts'
import { checkLengths } from './lengths.ts'
import type { StateOf } from './parts.ts'

/** A stop on each side of the price, of which one is in force: each moves towards the price, never away from it. */
export interface Trail {
  upper: number
  lower: number
  close: number
  readonly out: { stop: number; direction: number }
}

const trail = (): Trail => ({
  upper: Infinity,
  lower: -Infinity,
  close: Number.NaN,
  out: { stop: Number.NaN, direction: 0 },
})

/**
 * Takes the close of a bar and where its stops would be. A stop that the close before has broken is set anew; a close
 * that reaches the one in force turns the direction. The first direction is the caller's to set.
 */
export const slideTrail = (trail: Trail, upper: number, lower: number, close: number): Trail['out'] => {
  const { out } = trail
  if (upper < trail.upper || trail.close > trail.upper) trail.upper = upper
  if (lower > trail.lower || trail.close < trail.lower) trail.lower = lower
  trail.close = close
  out.direction = close <= (out.direction > 0 ? trail.lower : trail.upper) ? -1 : 1
  out.stop = out.direction > 0 ? trail.lower : trail.upper
  return out
}

export interface TrailState {
  readonly range: StateOf<typeof atrStep>
  readonly trail: Trail
}

/**
 * The step of a stop that is `multiplier` average true ranges away: `slide` is told how far that is, and the close
 * before.
 */
export const trailStep = (
  title: string,
  { length, multiplier }: { readonly length: number; readonly multiplier: number },
  slide: (trail: Trail, bar: HighLowClose, reach: number, before: number) => Trail['out'],
): Omit<Kernel<TrailState, HighLowClose, Trail['out']>, 'name'> => {
  checkLengths(title, { length }, 1)
  assert(multiplier > 0, `${title}: multiplier is above 0, found ${multiplier}`)
  const atr = atrStep({ length })
  return {
    warmup: length + 1,
    settle: Infinity,
    init: () => ({ range: atr.init(), trail: trail() }),
    step({ range, trail }, bar) {
      const before = range.close
      const reach = multiplier * atr.step(range, bar)!
      return Number.isNaN(reach) ? undefined : slide(trail, bar, reach, before)
    },
  }
}
