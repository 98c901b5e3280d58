import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Exit, type Exiting, exit, type Wish } from '../exit.ts'

export interface TrailingExitOptions {
  /** Distance from the best price since the entry, basis points of it. Above 0, below 10000. */
  readonly bps: number
}

/**
 * Leaves when the price has come back by `bps` from the best that it stood at since the entry: lets profits run.
 *
 * The best price is the one at which the position could have been left: the highest bid of what was bought.
 *
 * In      Wish: { at, bid, ask, lots }, one for each quote
 * Out     Exit: the wish with its price, half way; lots 0 once it has left; the record is reused
 * Emits   one per input
 * State   the wish, its entry and the best price since per key
 * Late    works by order; over a gap it leaves at the first quote behind it, at whatever price
 * Fails   Defect ASSERT when bps is not above 0 and below 10000
 * Source  definition
 *
 * @example
 * const quote = (bid: number) => ({ at: 0, bid, ask: bid, lots: 2 })
 * run(trailingExitStep({ bps: 100 }), [100, 110, 109, 108].map(quote)).map(exit => exit.lots) // => [2, 2, 2, 0]
 */
export const trailingExit = (options: TrailingExitOptions): Lifted<Wish, Exit> => lift(trailingExitStep(options))

/** The pure step behind {@link trailingExit}. */
export const trailingExitStep = ({ bps }: TrailingExitOptions): Kernel<Exiting, Wish, Exit> => {
  assert(bps > 0 && bps < 10_000, `trailingExit: bps is above 0 and below 10000, found ${bps}`)
  const distance = bps / 1e4
  return exit(`trailingExit(${bps})`, ({ side, best }, _wish, leave) => side * (leave - best) <= -distance * best)
}
