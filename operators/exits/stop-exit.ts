import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Exit, type Exiting, exit, type Wish } from '../exit.ts'

export interface StopExitOptions {
  /** Distance from the entry, basis points of it. Above 0, below 10000. */
  readonly bps: number
}

/**
 * Leaves when the price has gone against the position by `bps`: what is held at most is lost, as long as nothing leaps.
 *
 * A stop in the strategy: seen quote by quote, and left at the market. A stop order at the venue, type 'stop', works
 * while the strategy does not. The price may be gone further than the stop when it is seen.
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
 * run(stopExitStep({ bps: 100 }), [100, 99.5, 99, 101].map(quote)).map(exit => exit.lots) // => [2, 2, 0, 0]
 */
export const stopExit = (options: StopExitOptions): Lifted<Wish, Exit> => lift(stopExitStep(options))

/** The pure step behind {@link stopExit}. */
export const stopExitStep = ({ bps }: StopExitOptions): Kernel<Exiting, Wish, Exit> => {
  assert(bps > 0 && bps < 10_000, `stopExit: bps is above 0 and below 10000, found ${bps}`)
  const distance = bps / 1e4
  return exit(`stopExit(${bps})`, ({ side, entry }, _wish, leave) => side * (leave - entry) <= -distance * entry)
}
