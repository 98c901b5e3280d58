import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { toTicks } from '../../engine/market/decimal.ts'
import type { Signal, Target } from '../../engine/market/target.ts'
import { type Sizing, sizer, wholeLots } from '../sizer.ts'

export interface RiskSizeOptions {
  /** Share of the balance that one stopped-out position may lose, percent. Above 0, at most 100. */
  readonly pct: number
  /** Distance of the stop from the price, basis points. Positive. */
  readonly stopBps: number
}

/**
 * As many lots as lose `pct` of the balance when the price runs against them by `stopBps`.
 *
 * lots = balance × pct / (stop distance in ticks × worth of a tick per lot), rounded down; the stop distance is rounded
 * up to a whole tick, so the loss at the stop is never above the share. Fees, gaps and margin are not in it.
 *
 * In      Signal; hears the topics `accounts` (balance) and `instruments` (tick size, lot size, multiplier)
 * Out     Target, lots with the sign of the direction; 0 when the balance does not bear one lot; the record is reused
 * Emits   one per input once an account and the instrument have been heard; none before
 * State   the balance and the terms of the instrument per key
 * Late    not seen; the latest balance counts
 * Fails   Defect ASSERT when pct is not above 0 and at most 100, or stopBps not positive
 * Source  own; fixed fractional sizing, Vince 1990, Portfolio Management Formulas
 *
 * @example
 * const eurusd = { id: 'EURUSD', tickSize: '0.00001', lotSize: '1000', multiplier: '1', decimals: 6 }
 * const heard = { accounts: [{ balance: 10_000_000_000 }], instruments: [eurusd] }
 * // 1 % of 10,000 dollars over 25 pips, 10 dollars a pip and 100 lots: 40,000 euros
 * const short = { direction: -1, price: 1.25 }
 * run(riskSizeStep({ pct: 1, stopBps: 20 }), [short], heard) // => [{ lots: -40, price: 1.25 }]
 */
export const riskSize = (options: RiskSizeOptions): Lifted<Signal, Target> => lift(riskSizeStep(options))

/** The pure step behind {@link riskSize}. */
export const riskSizeStep = ({ pct, stopBps }: RiskSizeOptions): Kernel<Sizing, Signal, Target> => {
  assert(pct > 0 && pct <= 100, `riskSize: pct is above 0 and at most 100, found ${pct}`)
  assert(stopBps > 0, `riskSize: stopBps is positive, found ${stopBps}`)
  return sizer(`riskSize(${pct}, ${stopBps})`, (balance, terms, { price }) => {
    const loss = toTicks((price * stopBps) / 1e4, terms, 'up') * terms.minorPerTickLot
    return wholeLots(balance, pct / 100, loss)
  })
}
