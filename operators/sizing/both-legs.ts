import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Signal, Target } from '../../engine/market/target.ts'
import type { Lots } from '../../engine/market/units.ts'
import { checkLengths } from '../lengths.ts'
import type { Pair } from '../pairs.ts'
import { sided } from '../sizer.ts'

export interface BothLegsOptions {
  readonly first: string
  readonly second: string
  /** What to hold of the first when not flat. Integer, at least 1. */
  readonly lots: number
  /** What to hold of the second against it. Integer, at least 1. */
  readonly otherLots: number
}

/** How much to hold of one leg. */
export interface LegTarget extends Target {
  readonly instrument: string
}

/**
 * A signal on a pair as targets of both legs: the first with the signal, the second against it.
 *
 * `keyBy(({ instrument }) => instrument)` leads each on to its own orders. Nothing holds the two together at the venue:
 * between the fills of the legs the pair is open.
 *
 * In      { direction, price, other }, the pair at the time of the signal
 * Out     LegTarget: { instrument, lots, price }, quote currency of the leg; the record is reused
 * Emits   two per input
 * State   none that counts
 * Late    not seen
 * Fails   Defect ASSERT when lots or otherLots is not an integer of at least 1
 * Source  definition
 *
 * @example
 * const step = bothLegsStep({ first: 'EURUSD', second: 'GBPUSD', lots: 6, otherLots: 5 })
 * run(step, [{ direction: -1, price: 1.1, other: 1.3 }]).map(({ instrument, lots }) => `${instrument} ${lots}`)
 * // => ['EURUSD -6', 'GBPUSD 5']
 */
export const bothLegs = (options: BothLegsOptions): Lifted<Pair & Pick<Signal, 'direction'>, LegTarget> =>
  lift(bothLegsStep(options))

interface BothLegsState {
  instrument: string
  lots: Lots
  price: number
}

/** The pure step behind {@link bothLegs}. */
export const bothLegsStep = (
  options: BothLegsOptions,
): Expander<BothLegsState, Pair & Pick<Signal, 'direction'>, LegTarget> => {
  const { first, second, lots, otherLots } = options
  checkLengths('bothLegs', { lots, otherLots }, 1)
  return {
    name: `bothLegs(${first} ${lots}, ${second} ${otherLots})`,
    warmup: 1,
    init: () => ({ instrument: '', lots: 0 as Lots, price: Number.NaN }),
    step(out, { direction, price, other }, emit) {
      out.instrument = first
      out.lots = sided(direction, lots as Lots)
      out.price = price
      emit(out)
      out.instrument = second
      out.lots = sided(direction, -otherLots as Lots)
      out.price = other
      emit(out)
    },
  }
}
