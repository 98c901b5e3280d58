import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { aboveMean, type FineMean, fineMean, slideFineMean } from '../fine-mean.ts'
import { checkLengths, inputsToForget } from '../lengths.ts'
import type { HighLowClose } from './adx.ts'

export interface ElderRayOptions {
  /** Averaging length of the closes, in bars. Integer, at least 1. 13 is the usual. */
  readonly length: number
}

/** How far the bar reached from the consensus, unit of the prices. */
export interface ElderRay {
  /** The high above the mean. */
  readonly bull: number
  /** The low above the mean: negative as a rule. */
  readonly bear: number
}

/**
 * Elder ray: the power of bulls and of bears, as the reach of the bar above and below the exponential mean of closes.
 *
 * In      { high, low, close }, price, any unit
 * Out     ElderRay, unit of the prices; both 0 on a flat market; the record is reused
 * Emits   one per bar from bar `length` on
 * State   five numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Elder 1993, Trading for a Living, ch. 26
 *
 * @example
 * const bar = (close: number) => ({ high: close + 1, low: close - 1, close })
 * run(elderRayStep({ length: 2 }), [1, 2, 3].map(bar)) // => [{ bull: 1.5, bear: -0.5 }, { bull: 1.5, bear: -0.5 }]
 */
export const elderRay = (options: ElderRayOptions): Lifted<HighLowClose, ElderRay> => lift(elderRayStep(options))

interface ElderRayState {
  readonly mean: FineMean
  readonly out: { bull: number; bear: number }
}

/** The pure step behind {@link elderRay}. */
export const elderRayStep = ({ length }: ElderRayOptions): Kernel<ElderRayState, HighLowClose, ElderRay> => {
  checkLengths('elderRay', { length }, 1)
  const weight = 2 / (length + 1)
  return {
    name: `elderRay(${length})`,
    warmup: length,
    settle: length + inputsToForget(weight),
    init: () => ({ mean: fineMean(), out: { bull: 0, bear: 0 } }),
    step({ mean, out }, { high, low, close }) {
      if (!slideFineMean(mean, close, length, weight)) return undefined
      out.bull = aboveMean(mean, high)
      out.bear = aboveMean(mean, low)
      return out
    },
  }
}
