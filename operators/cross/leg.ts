import { ear, type Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'
import { instruments } from '../../engine/market/topics.ts'
import type { Micros } from '../../engine/market/units.ts'

/** A price that knows whose it is. */
export interface Leg {
  readonly at: Micros
  readonly instrument: string
  /** Half way between bid and ask, quote currency. */
  readonly price: number
}

/**
 * A quote with the name of its instrument, so that several instruments can be led together by `keyBy`.
 *
 * In      Quote; hears the topic `instruments`
 * Out     Leg: { at, instrument, price }; the record is reused
 * Emits   one per input once the instrument has been heard; none before
 * State   the name per key
 * Late    passed on with its own time
 * Source  definition
 *
 * @example
 * const heard = { instruments: [{ id: 'EURUSD' }] }
 * const quote = { at: 0, bid: 1, ask: 2, bidSize: 0, askSize: 0 }
 * run(legStep(), [quote], heard) // => [{ at: 0, instrument: 'EURUSD', price: 1.5 }]
 */
export const leg = (): Lifted<Quote, Leg> => lift(legStep())

interface LegState {
  readonly out: { at: Micros; instrument: string; price: number }
}

/** The pure step behind {@link leg}. */
export const legStep = (): Kernel<LegState, Quote, Leg> => ({
  name: 'leg',
  warmup: 1,
  init: () => ({ out: { at: 0 as Micros, instrument: '', price: Number.NaN } }),
  hears: [
    ear(instruments, ({ out }: LegState, { id }) => {
      out.instrument = id
    }),
  ],
  step({ out }, { at, bid, ask }) {
    if (out.instrument === '') return undefined
    out.at = at
    out.price = (bid + ask) / 2
    return out
  },
})
