import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Exit, type Exiting, exit, type Wish } from '../exit.ts'

export interface TargetExitOptions {
  /** Distance from the entry, basis points of it. Above 0. */
  readonly bps: number
}

/**
 * Leaves when the price has gone with the position by `bps`: takes the profit that was hoped for.
 *
 * In      Wish: { at, bid, ask, lots }, one for each quote
 * Out     Exit: the wish with its price, half way; lots 0 once it has left; the record is reused
 * Emits   one per input
 * State   the wish, its entry and the best price since per key
 * Late    works by order; over a gap it leaves at the first quote behind it. A flat market does not move it
 * Fails   Defect ASSERT when bps is not above 0
 * Source  definition
 *
 * @example
 * const quote = (bid: number) => ({ at: 0, bid, ask: bid, lots: 2 })
 * run(targetExitStep({ bps: 100 }), [100, 100.5, 101, 100].map(quote)).map(exit => exit.lots) // => [2, 2, 0, 0]
 */
export const targetExit = (options: TargetExitOptions): Lifted<Wish, Exit> => lift(targetExitStep(options))

/** The pure step behind {@link targetExit}. */
export const targetExitStep = ({ bps }: TargetExitOptions): Kernel<Exiting, Wish, Exit> => {
  assert(bps > 0 && bps < Infinity, `targetExit: bps is above 0, found ${bps}`)
  const distance = bps / 1e4
  return exit(`targetExit(${bps})`, ({ side, entry }, _wish, leave) => side * (leave - entry) >= distance * entry)
}
