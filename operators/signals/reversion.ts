import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Signal } from '../../engine/market/target.ts'

export interface ReversionOptions {
  /** Stretch at which to enter against the move, standard deviations. Above `leave`. */
  readonly enter: number
  /** Stretch at which to leave, standard deviations. At least 0. */
  readonly leave: number
  /** No entry while the market trends: strongest directional index, 0 to 100. */
  readonly adxMax: number
  /** Entries long below this strength index, short above 100 less it: 0 to 100. 50 asks for the right half only. */
  readonly oversold: number
}

/** What a reversion reads. */
export interface Stretch {
  /** How far the price is from its mean, standard deviations. */
  readonly z: number
  readonly adx: number
  readonly rsi: number
  /** Quote currency. */
  readonly price: number
}

/**
 * Bets on the way back: enters against a stretched price in a calm market, leaves when it is back near its mean.
 *
 * A price that swings from one side to the other within one input is turned round at once.
 *
 * In      { z, adx, rsi, price }
 * Out     Signal; the record is reused
 * Emits   when the direction changes
 * State   the direction per key
 * Late    not seen: works by order; over a gap the direction stays
 * Fails   Defect ASSERT when not 0 <= leave < enter, or adxMax or oversold is not within 0 to 100
 * Source  own; z-score reversion with the trend filter of Wilder's ADX and the confirmation of his RSI
 *
 * @example
 * const read = (z: number) => ({ z, adx: 10, rsi: 50 + 10 * z, price: 100 + z })
 * const step = reversionStep({ enter: 2, leave: 0.5, adxMax: 25, oversold: 40 })
 * run(step, [1, 3, 1, 0.2, -3].map(read)).map(s => s.direction) // => [-1, 0, 1]
 */
export const reversion = (options: ReversionOptions): Lifted<Stretch, Signal> => lift(reversionStep(options))

interface ReversionState {
  readonly out: { direction: Signal['direction']; price: number }
}

/** The pure step behind {@link reversion}. */
export const reversionStep = (options: ReversionOptions): Kernel<ReversionState, Stretch, Signal> => {
  const { enter, leave, adxMax, oversold } = options
  assert(leave >= 0 && leave < enter, `reversion: leave is at least 0 and below enter ${enter}, found ${leave}`)
  assert(adxMax >= 0 && adxMax <= 100, `reversion: adxMax is within 0 to 100, found ${adxMax}`)
  assert(oversold >= 0 && oversold <= 100, `reversion: oversold is within 0 to 100, found ${oversold}`)

  const entry = ({ z, adx, rsi }: Stretch): Signal['direction'] => {
    if (adx >= adxMax) return 0
    if (z < -enter && rsi < oversold) return 1
    return z > enter && rsi > 100 - oversold ? -1 : 0
  }
  return {
    name: `reversion(${enter}, ${leave}, ${adxMax}, ${oversold})`,
    warmup: 1,
    settle: Infinity,
    init: () => ({ out: { direction: 0, price: Number.NaN } }),
    step({ out }, input) {
      // Still stretched to the side that was entered against: the position stays, whatever the filters say now.
      const stays = -out.direction * input.z >= leave && out.direction !== 0
      const direction = stays ? out.direction : entry(input)
      if (direction === out.direction) return undefined
      out.direction = direction
      out.price = input.price
      return out
    },
  }
}
