import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { toTicks } from '../../engine/market/decimal.ts'
import type { Signal, Target } from '../../engine/market/target.ts'
import { type Sizing, sizer, wholeLots } from '../sizer.ts'

export interface VolatilityTargetOptions {
  /** What the position is to move in a year, as a share of the balance, percent. Above 0. 10 is usual. */
  readonly pct: number
  /** The most that it may be worth, as a share of the balance, percent. Above 0; above 100 borrows. */
  readonly maxPct: number
}

/** A signal with how far its market moves. */
export interface VolatileSignal extends Signal {
  /** Standard deviation of a year, as a share: 0.1 is 10 %. Positive. */
  readonly volatility: number
}

/**
 * As many lots as move the balance by `pct` in a year: more of what is calm, less of what is wild.
 *
 * lots = balance × min(pct / volatility, maxPct) / worth of a lot, rounded down. The volatility is that of a year:
 * `realisedVolatility` and others give it.
 *
 * In      { direction, price, volatility }; hears the topics `accounts` (balance) and `instruments` (tick and lot size)
 * Out     Target, lots with the sign of the direction; a flat market, volatility 0, has the most; the record is reused
 * Emits   one per input once an account and the instrument have been heard; none before
 * State   the balance and the terms of the instrument per key
 * Late    not seen; the latest balance counts
 * Fails   Defect ASSERT when pct or maxPct is not above 0
 * Source  Carver 2015, Systematic Trading, chapter 9
 *
 * @example
 * const eurusd = { id: 'EURUSD', tickSize: '0.00001', lotSize: '1000', multiplier: '1', decimals: 6 }
 * const heard = { accounts: [{ balance: 10_000_000_000 }], instruments: [eurusd] }
 * // 10 % of 20 % is half of 10,000 dollars; a lot is worth 1,250
 * const long = { direction: 1, price: 1.25, volatility: 0.2 }
 * run(volatilityTargetStep({ pct: 10, maxPct: 200 }), [long], heard) // => [{ lots: 4, price: 1.25 }]
 */
export const volatilityTarget = (options: VolatilityTargetOptions): Lifted<VolatileSignal, Target> =>
  lift(volatilityTargetStep(options))

/** The pure step behind {@link volatilityTarget}. */
export const volatilityTargetStep = ({
  pct,
  maxPct,
}: VolatilityTargetOptions): Kernel<Sizing, VolatileSignal, Target> => {
  assert(pct > 0 && pct < Infinity, `volatilityTarget: pct is above 0, found ${pct}`)
  assert(maxPct > 0 && maxPct < Infinity, `volatilityTarget: maxPct is above 0, found ${maxPct}`)
  return sizer(`volatilityTarget(${pct}, ${maxPct})`, (balance, terms, { price, volatility }) => {
    const share = volatility > 0 ? Math.min(pct / volatility, maxPct) / 100 : maxPct / 100
    return wholeLots(balance, share, toTicks(price, terms) * terms.minorPerTickLot)
  })
}
