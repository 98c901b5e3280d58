import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { HighLowClose } from '../indicators/adx.ts'
import { checkLengths } from '../lengths.ts'
import { type Breaks, breaks, slideBreaks } from '../swing-points.ts'

export interface BreakOfStructureOptions {
  /** Bars on each side that a swing stands out from. Integer, at least 1. 5 is the usual. */
  readonly span: number
}

/** A close beyond the last swing. */
export interface StructureBreak {
  /** 1 above the swing high, -1 below the swing low. */
  readonly direction: number
  /** 1 when the break before it went the other way (change of character), else 0 (break of structure). */
  readonly isChange: number
  /** The price of the swing that was broken. */
  readonly level: number
}

/**
 * Break of structure and change of character: the first close beyond the last swing that is known, in the direction of
 * the break before or against it.
 *
 * In      { high, low, close }, prices in any unit
 * Out     StructureBreak; the record is reused
 * Emits   at the bar that closes beyond, from bar `2 * span + 2` on; once per swing; none on a flat market
 * State   at most `12 * span` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when span is not an integer of at least 1
 * Source  traders' usage ("BOS", "CHoCH"); swings as in `swings`. A wick beyond is no break: see `liquiditySweeps`
 *
 * @example
 * const bar = (close: number) => ({ high: close, low: close, close })
 * run(breakOfStructureStep({ span: 1 }), [1, 5, 3, 6, 2].map(bar))
 * // => [{ direction: 1, isChange: 0, level: 5 }, { direction: -1, isChange: 1, level: 3 }]
 */
export const breakOfStructure = (options: BreakOfStructureOptions): Lifted<HighLowClose, StructureBreak> =>
  lift(breakOfStructureStep(options))

interface BreakOfStructureState {
  readonly breaks: Breaks
  readonly out: { direction: number; isChange: number; level: number }
}

/** The pure step behind {@link breakOfStructure}. */
export const breakOfStructureStep = ({
  span,
}: BreakOfStructureOptions): Kernel<BreakOfStructureState, HighLowClose, StructureBreak> => {
  checkLengths('breakOfStructure', { span }, 1)
  return {
    name: `breakOfStructure(${span})`,
    warmup: 2 * span + 2,
    settle: Infinity,
    init: () => ({ breaks: breaks(span), out: { direction: 0, isChange: 0, level: 0 } }),
    step({ breaks, out }, bar) {
      const direction = slideBreaks(breaks, bar)
      if (direction === 0) return undefined
      out.isChange = direction === -out.direction ? 1 : 0
      out.direction = direction
      out.level = breaks.broken
      return out
    },
  }
}
