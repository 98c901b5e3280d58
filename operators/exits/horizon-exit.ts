import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Exit, type Exiting, exit, type Wish } from '../exit.ts'

export interface HorizonExitOptions {
  /** How long a position is held at most, milliseconds of event time. Positive. */
  readonly forMs: number
}

/**
 * Leaves when a position has been held for a time: what was expected of it should have come by then.
 *
 * In      Wish: { at, bid, ask, lots }, one for each quote
 * Out     Exit: the wish with its price, half way; lots 0 once the time is over; the record is reused
 * Emits   one per input
 * State   the wish and its time per key
 * Late    by the time of the quotes: where none comes it does not leave; over a gap it leaves behind it
 * Fails   Defect ASSERT when forMs is not positive
 * Source  Lopez de Prado 2018, Advances in Financial Machine Learning, 3.4: the vertical barrier
 *
 * @example
 * const quote = (ms: number) => ({ at: ms * 1000, bid: 5, ask: 6, lots: 2 })
 * run(horizonExitStep({ forMs: 10 }), [5, 14, 15, 16].map(quote)).map(exit => exit.lots) // => [2, 2, 0, 0]
 */
export const horizonExit = (options: HorizonExitOptions): Lifted<Wish, Exit> => lift(horizonExitStep(options))

/** The pure step behind {@link horizonExit}. */
export const horizonExitStep = ({ forMs }: HorizonExitOptions): Kernel<Exiting, Wish, Exit> => {
  assert(forMs > 0, `horizonExit: forMs is positive, found ${forMs}`)
  return exit(`horizonExit(${forMs})`, ({ since }, { at }) => at - since >= forMs * 1000)
}
