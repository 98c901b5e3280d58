import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'

export interface AroonOptions {
  /** How many bars back the extremes may be. Integer, at least 1. 25 is the usual. */
  readonly length: number
}

/** How fresh the extremes are. */
export interface Aroon {
  /** 100 when this bar has the highest high, 0 when the bar `length` back has it. */
  readonly up: number
  /** The same of the lowest low. */
  readonly down: number
  /** `up - down`. */
  readonly oscillator: number
}

/**
 * Aroon: how long ago the highest high and the lowest low of the window were.
 *
 * In      { high, low }, price, any unit
 * Out     Aroon, percent of `length`; of equal extremes the oldest counts, so on a flat market all are 0; the record is
 *         reused
 * Emits   one per bar from bar `length + 1` on
 * State   at most `4 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Chande 1995, Technical Analysis of Stocks & Commodities 13(9); the oldest of equals as in Skender's Stock
 *         Indicators, where TA-Lib takes the newest
 *
 * @example
 * const bar = (price: number) => ({ high: price + 1, low: price - 1 })
 * run(aroonStep({ length: 2 }), [1, 2, 3, 2].map(bar))
 * // => [{ up: 100, down: 0, oscillator: 100 }, { up: 50, down: 0, oscillator: 50 }]
 */
export const aroon = (options: AroonOptions): Lifted<Pick<Bar, 'high' | 'low'>, Aroon> => lift(aroonStep(options))

interface AroonState {
  readonly highs: Candidates
  readonly lows: Candidates
  readonly out: { up: number; down: number; oscillator: number }
}

/** The pure step behind {@link aroon}. */
export const aroonStep = ({ length }: AroonOptions): Kernel<AroonState, Pick<Bar, 'high' | 'low'>, Aroon> => {
  checkLengths('aroon', { length }, 1)
  return {
    name: `aroon(${length})`,
    warmup: length + 1,
    init: () => ({
      highs: candidates(length + 1),
      lows: candidates(length + 1),
      out: { up: 0, down: 0, oscillator: 0 },
    }),
    step({ highs, lows, out }, { high, low }) {
      take(highs, high)
      take(lows, -low)
      if (highs.seen <= length) return undefined
      out.up = 100 * (1 - ageOf(highs) / length)
      out.down = 100 * (1 - ageOf(lows) / length)
      out.oscillator = out.up - out.down
      return out
    },
  }
}

/**
 * Those of the last n numbers that may still become the largest, in falling order, in a ring: what `extremes` does not
 * know is which of them it is. Amortised constant time (Lemire 2006, Nordic Journal of Computing 13(4)).
 */
interface Candidates {
  readonly values: number[]
  /** Which input each was, counted from 1. */
  readonly places: number[]
  head: number
  size: number
  seen: number
}

const candidates = (length: number): Candidates => ({
  values: new Array<number>(length).fill(Number.NaN),
  places: new Array<number>(length).fill(Number.NaN),
  head: 0,
  size: 0,
  seen: 0,
})

const take = (candidates: Candidates, x: number): void => {
  const { values, places } = candidates
  const { length } = values
  let { head, size } = candidates
  candidates.seen += 1
  if (size > 0 && places[head]! <= candidates.seen - length) {
    head = head + 1 < length ? head + 1 : 0
    size -= 1
  }
  while (size > 0 && values[(head + size - 1) % length]! < x) size -= 1
  const at = (head + size) % length
  values[at] = x
  places[at] = candidates.seen
  candidates.head = head
  candidates.size = size + 1
}

/** How many inputs ago the largest came: 0 is the latest input. */
const ageOf = ({ seen, places, head }: Candidates): number => seen - places[head]!
