import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface UlcerIndexOptions {
  /** Window, in inputs. Integer, at least 1. 14 is the usual. */
  readonly length: number
}

/**
 * Ulcer index: the root of the mean squared drawdown within a window, in percent. It measures depth and length of what
 * a holder suffers, and gains do not count.
 *
 * In      number, price; positive, as the door admits them
 * Out     number, percent; 0 on a flat or rising window
 * Emits   one per input from number `length` on
 * State   `length` numbers per key; an input takes time with `length`: the peaks are those since the window's start
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Martin and McCann 1989, The Investor's Guide to Fidelity Funds; each drawdown is from the highest number
 *         between the window's start and its own, as in Stock Indicators for .NET
 *
 * @example
 * run(ulcerIndexStep({ length: 4 }), [10, 9, 8, 10]) // => [11.18034]
 */
export const ulcerIndex = (options: UlcerIndexOptions): Lifted<number, number> => lift(ulcerIndexStep(options))

/** The pure step behind {@link ulcerIndex}. */
export const ulcerIndexStep = ({ length }: UlcerIndexOptions): Kernel<Ring, number, number> => {
  checkLengths('ulcerIndex', { length }, 1)
  return {
    name: `ulcerIndex(${length})`,
    warmup: length,
    init: () => ring(length),
    step(state, input) {
      exchange(state, input)
      const { values, head } = state
      let peak = values[head]!
      let squares = 0
      for (let i = 0, at = head; i < length; i++) {
        const price = values[at]!
        peak = Math.max(peak, price)
        squares += ((price - peak) / peak) ** 2
        at = at + 1 < length ? at + 1 : 0
      }
      return 100 * Math.sqrt(squares / length)
    },
  }
}
