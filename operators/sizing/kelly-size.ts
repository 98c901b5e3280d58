import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { toTicks } from '../../engine/market/decimal.ts'
import type { Signal, Target } from '../../engine/market/target.ts'
import { type Sizing, sizer, wholeLots } from '../sizer.ts'

export interface KellySizeOptions {
  /** How much of the Kelly fraction is taken. Above 0, at most 1. 0.5 is usual: the odds are only estimated. */
  readonly fraction: number
  /** The most that a position may be worth, as a share of the balance, percent. Above 0. */
  readonly maxPct: number
}

/** A signal with its odds. */
export interface OddsSignal extends Signal {
  /** That it wins, 0..1. */
  readonly probability: number
  /** What a win earns by what a loss costs. Positive. */
  readonly payoff: number
}

/**
 * As many lots as a part of the Kelly fraction of the balance pays for, never more than a cap.
 *
 * share = min(fraction × (p - (1 - p) / payoff), maxPct): under the whole fraction a balance grows fastest, as long as
 * the odds are what they are said to be. It bets the worth of the position; `stopSize` bets what is lost at a stop.
 *
 * In      { direction, price, probability, payoff }; hears the topics `accounts` and `instruments`
 * Out     Target, lots with the sign of the direction; 0 when the odds are against it; the record is reused
 * Emits   one per input once an account and the instrument have been heard; none before
 * State   the balance and the terms of the instrument per key
 * Late    not seen; the latest balance counts
 * Fails   Defect ASSERT when fraction is not above 0 and at most 1, or maxPct not above 0
 * Source  Kelly 1956, Bell System Technical Journal 35(4); the cap is our own
 *
 * @example
 * const eurusd = { id: 'EURUSD', tickSize: '0.00001', lotSize: '1000', multiplier: '1', decimals: 6 }
 * const heard = { accounts: [{ balance: 10_000_000_000 }], instruments: [eurusd] }
 * // Half of 0.6 - 0.4 / 1 is a tenth of 10,000 dollars; a lot is worth 500
 * const long = { direction: 1, price: 0.5, probability: 0.6, payoff: 1 }
 * run(kellySizeStep({ fraction: 0.5, maxPct: 20 }), [long], heard) // => [{ lots: 2, price: 0.5 }]
 */
export const kellySize = (options: KellySizeOptions): Lifted<OddsSignal, Target> => lift(kellySizeStep(options))

/** The pure step behind {@link kellySize}. */
export const kellySizeStep = ({ fraction, maxPct }: KellySizeOptions): Kernel<Sizing, OddsSignal, Target> => {
  assert(fraction > 0 && fraction <= 1, `kellySize: fraction is above 0 and at most 1, found ${fraction}`)
  assert(maxPct > 0 && maxPct < Infinity, `kellySize: maxPct is above 0, found ${maxPct}`)
  return sizer(`kellySize(${fraction}, ${maxPct})`, (balance, terms, { price, probability, payoff }) => {
    const share = Math.min(fraction * (probability - (1 - probability) / payoff), maxPct / 100)
    return wholeLots(balance, share, toTicks(price, terms) * terms.minorPerTickLot)
  })
}
