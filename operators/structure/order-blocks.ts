import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Breaks, breaks, slideBreaks } from '../swing-points.ts'

export interface OrderBlocksOptions {
  /** Bars on each side that a swing stands out from. Integer, at least 1. 5 is the usual. */
  readonly span: number
}

/** The last bar that went the other way before prices broke out. */
export interface OrderBlock {
  /** Of the break: 1 up, -1 down. */
  readonly direction: number
  /** The range of the bar, quote currency. */
  readonly high: number
  readonly low: number
  /** Bars from it to the break. */
  readonly age: number
}

/**
 * Order block: when a close breaks the last swing high, the last bar before it that fell; when one breaks the last
 * swing low, the last that rose. Orders are said to be left there.
 *
 * It is known at the break, and not at its own bar, where charts draw it.
 *
 * In      a bar's { open, high, low, close }, prices in quote currency
 * Out     OrderBlock; the record is reused
 * Emits   at each break of `breakOfStructure`, from bar `2 * span + 2` on; none while no bar has gone the other way
 * State   at most `12 * span` numbers per key
 * Late    not seen: works by order; a gap counts as one bar
 * Fails   Defect ASSERT when span is not an integer of at least 1
 * Source  traders' usage; swings as in `swings`
 *
 * @example
 * const bar = (open: number, close: number) =>
 *   ({ open, high: Math.max(open, close), low: Math.min(open, close), close })
 * run(orderBlocksStep({ span: 1 }), [bar(1, 2), bar(2, 5), bar(5, 3), bar(3, 6)])
 * // => [{ direction: 1, high: 5, low: 3, age: 1 }]
 */
export const orderBlocks = (
  options: OrderBlocksOptions,
): Lifted<Pick<Bar, 'open' | 'high' | 'low' | 'close'>, OrderBlock> => lift(orderBlocksStep(options))

interface Block {
  high: number
  low: number
  /** NaN while there is none. */
  age: number
}

interface OrderBlocksState {
  readonly breaks: Breaks
  readonly risen: Block
  readonly fallen: Block
  readonly out: { direction: number; high: number; low: number; age: number }
}

/** The pure step behind {@link orderBlocks}. */
export const orderBlocksStep = ({
  span,
}: OrderBlocksOptions): Kernel<OrderBlocksState, Pick<Bar, 'open' | 'high' | 'low' | 'close'>, OrderBlock> => {
  checkLengths('orderBlocks', { span }, 1)
  const none = (): Block => ({ high: Number.NaN, low: Number.NaN, age: Number.NaN })
  return {
    name: `orderBlocks(${span})`,
    warmup: 2 * span + 2,
    settle: Infinity,
    init: () => ({
      breaks: breaks(span),
      risen: none(),
      fallen: none(),
      out: { direction: 0, high: 0, low: 0, age: 0 },
    }),
    step({ breaks, risen, fallen, out }, bar) {
      const direction = slideBreaks(breaks, bar)
      risen.age += 1
      fallen.age += 1
      const block = direction > 0 ? fallen : risen
      if (direction !== 0) {
        out.direction = direction
        out.high = block.high
        out.low = block.low
        out.age = block.age
      }
      const isBlock = direction !== 0 && !Number.isNaN(block.age)
      if (bar.close > bar.open) keep(risen, bar)
      else if (bar.close < bar.open) keep(fallen, bar)
      return isBlock ? out : undefined
    },
  }
}

const keep = (block: Block, { high, low }: Pick<Bar, 'high' | 'low'>): void => {
  block.high = high
  block.low = low
  block.age = 0
}
