import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Micros } from '../../engine/market/units.ts'
import { checkLengths } from '../lengths.ts'
import { exchange, type Ring, ring } from '../ring.ts'

export interface TrendScanOptions {
  /** The shortest trend that is looked for, in inputs behind the event. Integer, at least 2. */
  readonly least: number
  /** The longest. Integer, at least `least`. */
  readonly most: number
}

/** The trend that began with an event. */
export interface TrendScan {
  /** When it is known: the input `most` behind the event. */
  readonly at: Micros
  /** The time of the event that it labels. */
  readonly from: Micros
  /** The end of the trend. */
  readonly until: Micros
  /** 1 up, -1 down, 0 on a flat market. */
  readonly direction: number
  /** Of the slope: how many of its standard errors it is from 0. At most a million: a straight line has none. */
  readonly t: number
}

/**
 * Labels each price with the trend that began there: of the lines through the next `least` to `most` prices the one
 * whose slope is the surest. For training alone, since it knows the future of the event that it labels; it comes
 * `most` inputs late, when that future is there.
 *
 * All of the `most` inputs have had a say, so a split of the rows keeps to `at` and not to `until`.
 *
 * In      a record with `at` and `close`, price in any unit; finite
 * Out     TrendScan; direction and t 0 on a flat market; the record is reused
 * Emits   one per input from number `most + 1` on, for the input `most` before it; none for those that the data end on
 * State   `2 * (most + 1)` numbers per key; an input takes `most` steps, as many as there are lines to choose from
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 2, or most is below least
 * Source  Lopez de Prado 2020, Machine Learning for Asset Managers, 5.4; of equally sure trends the shortest
 *
 * @example
 * const bars = [1, 2, 3, 1].map((close, at) => ({ at, close }))
 * run(trendScanStep({ least: 2, most: 3 }), bars)
 * // => [{ at: 3, from: 0, until: 2, direction: 1, t: 1_000_000 }]
 */
export const trendScan = (options: TrendScanOptions): Lifted<Pick<Bar, 'at' | 'close'>, TrendScan> =>
  lift(trendScanStep(options))

interface TrendScanState {
  readonly times: Ring
  readonly closes: Ring
  readonly out: { at: Micros; from: Micros; until: Micros; direction: number; t: number }
}

/** The pure step behind {@link trendScan}. */
export const trendScanStep = ({
  least,
  most,
}: TrendScanOptions): Kernel<TrendScanState, Pick<Bar, 'at' | 'close'>, TrendScan> => {
  checkLengths('trendScan', { least, most }, 2)
  assert(most >= least, `trendScan: most is at least ${least}, found ${most}`)
  return {
    name: `trendScan(${least}, ${most})`,
    warmup: most + 1,
    init: () => ({
      times: ring(most + 1),
      closes: ring(most + 1),
      out: { at: 0 as Micros, from: 0 as Micros, until: 0 as Micros, direction: 0, t: 0 },
    }),
    step({ times, closes, out }, { at, close }) {
      exchange(times, at)
      exchange(closes, close)
      // The oldest stands where the next one will.
      if (Number.isNaN(times.values[times.head]!)) return undefined
      const length = surest(closes, least, out)
      out.at = at
      out.from = times.values[times.head]! as Micros
      out.until = times.values[(times.head + length) % times.values.length]! as Micros
      out.direction = Math.sign(out.t)
      return out
    },
  }
}

const T_MAX = 1e6

/** The length of the trend with the largest t, which goes to `out`. Sums are of prices less the first one. */
const surest = ({ values, head }: Ring, least: number, out: { t: number }): number => {
  const first = values[head]!
  let [length, sum, moment, squares] = [least, 0, 0, 0]
  out.t = 0
  for (let i = 1; i < values.length; i++) {
    const y = values[(head + i) % values.length]! - first
    sum += y
    moment += i * y
    squares += y * y
    if (i < least) continue
    const count = i + 1
    const across = moment - (i / 2) * sum
    const spread = ((count * (count * count - 1)) / 12) * (squares - (sum * sum) / count)
    const rest = spread - across * across
    const t = rest > 1e-12 * spread ? across * Math.sqrt((count - 2) / rest) : T_MAX * Math.sign(across)
    if (Math.abs(t) > Math.abs(out.t)) {
      length = i
      out.t = Math.max(-T_MAX, Math.min(T_MAX, t))
    }
  }
  return length
}
