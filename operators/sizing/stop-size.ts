import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { toTicks } from '../../engine/market/decimal.ts'
import type { Signal, Target } from '../../engine/market/target.ts'
import { type Sizing, sizer, wholeLots } from '../sizer.ts'

export interface StopSizeOptions {
  /** Share of the balance that one stopped-out position may lose, percent. Above 0, at most 100. */
  readonly pct: number
}

/** A signal that knows where it will have been wrong. */
export interface StoppedSignal extends Signal {
  /** The price of the stop, on either side; quote currency. */
  readonly stop: number
}

/**
 * As many lots as lose `pct` of the balance between the price and the stop.
 *
 * lots = balance × pct / (distance to the stop in ticks × worth of a tick per lot), rounded down; the distance is
 * rounded up to a whole tick. `riskSize` has a stop that is always as far; here an average range or a level may set it.
 *
 * In      { direction, price, stop }; hears the topics `accounts` (balance) and `instruments` (tick size, lot size)
 * Out     Target, lots with the sign of the direction; 0 when the stop is at the price; the record is reused
 * Emits   one per input once an account and the instrument have been heard; none before
 * State   the balance and the terms of the instrument per key
 * Late    not seen; the latest balance counts
 * Fails   Defect ASSERT when pct is not above 0 and at most 100
 * Source  own; fixed fractional sizing, Vince 1990, Portfolio Management Formulas
 *
 * @example
 * const eurusd = { id: 'EURUSD', tickSize: '0.00001', lotSize: '1000', multiplier: '1', decimals: 6 }
 * const heard = { accounts: [{ balance: 10_000_000_000 }], instruments: [eurusd] }
 * // 1 % of 10,000 dollars over 20 pips, 2 dollars a lot: 50 lots
 * const long = { direction: 1, price: 1.25, stop: 1.248 }
 * run(stopSizeStep({ pct: 1 }), [long], heard) // => [{ lots: 50, price: 1.25 }]
 */
export const stopSize = (options: StopSizeOptions): Lifted<StoppedSignal, Target> => lift(stopSizeStep(options))

/** The pure step behind {@link stopSize}. */
export const stopSizeStep = ({ pct }: StopSizeOptions): Kernel<Sizing, StoppedSignal, Target> => {
  assert(pct > 0 && pct <= 100, `stopSize: pct is above 0 and at most 100, found ${pct}`)
  return sizer(`stopSize(${pct})`, (balance, terms, { price, stop }) => {
    const distance = toTicks(Math.abs(price - stop), terms, 'up')
    return wholeLots(balance, pct / 100, distance * terms.minorPerTickLot)
  })
}
