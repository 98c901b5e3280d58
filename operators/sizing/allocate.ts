import { assert } from '../../engine/assert.ts'
import { ear, type Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Terms, termsOf, toTicks } from '../../engine/market/decimal.ts'
import { applyFill, FLAT, type Position } from '../../engine/market/position.ts'
import type { Signal, Target } from '../../engine/market/target.ts'
import { accounts, fills, instruments } from '../../engine/market/topics.ts'
import type { Lots, Minor } from '../../engine/market/units.ts'
import { sided, wholeLots } from '../sizer.ts'

export interface AllocateOptions {
  /** Share of the equity that the position is to be worth, percent. Above 0; above 100 borrows. 100 is all of it. */
  readonly pct: number
}

/**
 * As many whole lots as `pct` of the equity pays for at the price of the signal.
 *
 * The equity is the balance, and what the open position of this instrument would gain if it were closed at the price.
 * Fees, and positions of other instruments, are not in it.
 *
 * In      Signal; hears the topics `accounts` (balance), `fills` (position) and `instruments` (tick and lot size)
 * Out     Target, lots with the sign of the direction, rounded down; the record is reused
 * Emits   one per input once an account and the instrument have been heard; none before
 * State   the balance, the position and the terms of the instrument per key
 * Late    not seen; the latest balance and position count
 * Fails   Defect ASSERT when pct is not above 0
 * Source  definition
 *
 * @example
 * const share = { id: 'GOOG', tickSize: '0.01', lotSize: '1', multiplier: '1', decimals: 2 }
 * const heard = { accounts: [{ balance: 1_000_000 }], instruments: [share] }
 * // 10,000 dollars at 101.01 a share: 99, and a cent is left
 * run(allocateStep({ pct: 100 }), [{ direction: 1, price: 101.01 }], heard) // => [{ lots: 99, price: 101.01 }]
 */
export const allocate = (options: AllocateOptions): Lifted<Signal, Target> => lift(allocateStep(options))

interface AllocateState {
  balance: Minor
  terms: Terms | null
  position: Position
  readonly out: { lots: Lots; price: number }
}

/** The pure step behind {@link allocate}. */
export const allocateStep = ({ pct }: AllocateOptions): Kernel<AllocateState, Signal, Target> => {
  assert(pct > 0 && pct < Infinity, `allocate: pct is above 0, found ${pct}`)
  return {
    name: `allocate(${pct})`,
    warmup: 1,
    init: () => ({
      balance: Number.NaN as Minor,
      terms: null,
      position: { ...FLAT },
      out: { lots: 0 as Lots, price: Number.NaN },
    }),
    hears: [
      ear(accounts, (state: AllocateState, { balance }) => {
        state.balance = balance
      }),
      ear(instruments, (state: AllocateState, instrument) => {
        state.terms = termsOf(instrument)
      }),
      ear(fills, (state: AllocateState, fill) => {
        if (state.terms !== null) state.position = applyFill(state.position, fill, state.terms)
      }),
    ],
    step({ balance, terms, position, out }, { direction, price }) {
      if (terms === null || Number.isNaN(balance)) return undefined
      const lotCosts = toTicks(price, terms) * terms.minorPerTickLot
      const equity = (balance + lotCosts * position.lots - position.cost) as Minor
      out.lots = sided(direction, wholeLots(equity, pct / 100, lotCosts))
      out.price = price
      return out
    },
  }
}
