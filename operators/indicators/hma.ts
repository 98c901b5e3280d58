import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import type { StateOf } from '../parts.ts'
import { wmaStep } from './wma.ts'

export interface HmaOptions {
  /** Window, in inputs. Integer, at least 2. */
  readonly length: number
}

/**
 * Hull moving average: a weighted mean of twice the fast less the slow weighted mean. Quick to turn, and overshoots.
 *
 * In      number, any unit; finite
 * Out     number, unit of the input; the input itself on a flat window
 * Emits   one per input from number `length + floor(sqrt(length)) - 1` on
 * State   `1.5 * length + sqrt(length)` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 2
 * Source  Hull 2005, alanhull.com: WMA(2 WMA(n / 2) - WMA(n)) over sqrt(n), both rounded down
 *
 * @example
 * run(hmaStep({ length: 4 }), [1, 2, 3, 4, 5, 5]) // => [5, 5.377778]
 */
export const hma = (options: HmaOptions): Lifted<number, number> => lift(hmaStep(options))

interface HmaState {
  readonly fast: StateOf<typeof wmaStep>
  readonly slow: StateOf<typeof wmaStep>
  readonly last: StateOf<typeof wmaStep>
}

/** The pure step behind {@link hma}. */
export const hmaStep = ({ length }: HmaOptions): Kernel<HmaState, number, number> => {
  checkLengths('hma', { length }, 2)
  const fast = wmaStep({ length: length >> 1 })
  const slow = wmaStep({ length })
  const last = wmaStep({ length: Math.floor(Math.sqrt(length)) })
  return {
    name: `hma(${length})`,
    warmup: slow.warmup + last.warmup - 1,
    init: () => ({ fast: fast.init(), slow: slow.init(), last: last.init() }),
    step(state, input) {
      const raw = 2 * fast.step(state.fast, input)! - slow.step(state.slow, input)!
      return Number.isNaN(raw) ? raw : last.step(state.last, raw)
    },
  }
}
