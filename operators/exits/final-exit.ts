import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Exit, type Exiting, exit, type Wish } from '../exit.ts'

export interface FinalExitOptions {
  /** From this event time on nothing is held, microseconds. Integer. */
  readonly at: number
}

/**
 * Leaves for good at a moment that is known: the end of a contest, of a contract, of the data.
 *
 * In      Wish: { at, bid, ask, lots }, one for each quote
 * Out     Exit: the wish with its price, half way; lots 0 from the moment on; the record is reused
 * Emits   one per input
 * State   the wish and its entry per key
 * Late    by its own time: a late quote is of its time; over a gap it leaves at the first quote behind the moment
 * Fails   Defect ASSERT when at is not an integer
 * Source  definition
 *
 * @example
 * const quote = (at: number) => ({ at, bid: 5, ask: 7, lots: 2 })
 * run(finalExitStep({ at: 10 }), [9, 10].map(quote)).map(exit => exit.lots) // => [2, 0]
 */
export const finalExit = (options: FinalExitOptions): Lifted<Wish, Exit> => lift(finalExitStep(options))

/** The pure step behind {@link finalExit}. */
export const finalExitStep = ({ at: end }: FinalExitOptions): Kernel<Exiting, Wish, Exit> => {
  assert(Number.isSafeInteger(end), `finalExit: at is an integer of microseconds, found ${end}`)
  return exit(`finalExit(${end})`, (_held, { at }) => at >= end)
}
