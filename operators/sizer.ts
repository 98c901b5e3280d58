import { ear, type Kernel } from '../engine/flow/kernel.ts'
import { type Terms, termsOf } from '../engine/market/decimal.ts'
import type { Signal, Target } from '../engine/market/target.ts'
import { accounts, instruments } from '../engine/market/topics.ts'
import type { Lots, Minor } from '../engine/market/units.ts'

/** What a size hangs on beside the signal. */
export interface Sizing {
  balance: Minor
  terms: Terms | null
  readonly out: { lots: Lots; price: number }
}

/** Turns signals into targets: silent until it has heard the balance and what a lot of the instrument is. */
export const sizer = <In extends Signal>(
  name: string,
  lotsOf: (balance: Minor, terms: Terms, input: In) => Lots,
): Kernel<Sizing, In, Target> => ({
  name,
  warmup: 1,
  init: () => ({ balance: Number.NaN as Minor, terms: null, out: { lots: 0 as Lots, price: Number.NaN } }),
  hears: [
    ear(accounts, (state: Sizing, { balance }) => {
      state.balance = balance
    }),
    ear(instruments, (state: Sizing, instrument) => {
      state.terms = termsOf(instrument)
    }),
  ],
  step({ balance, terms, out }, input) {
    if (terms === null || Number.isNaN(balance)) return undefined
    out.lots = sided(input.direction, lotsOf(balance, terms, input))
    out.price = input.price
    return out
  },
})

/**
 * The most lots of which each takes `perLot`, minor units, that fit into a share of an amount: exact, whatever the
 * products, with the share taken to 12 places. 0 when the amount is not positive, or a lot takes nothing.
 */
export const wholeLots = (amount: Minor, share: number, perLot: number): Lots => {
  if (!(amount > 0 && share > 0 && perLot > 0)) return 0 as Lots
  const most = (BigInt(amount) * BigInt(Math.round(share * PLACES))) / (BigInt(PLACES) * BigInt(perLot))
  return Number(most < MOST ? most : MOST) as Lots
}

const PLACES = 1e12

/** What a number counts one by one. */
const MOST = BigInt(Number.MAX_SAFE_INTEGER)

/** Lots to the side of a direction. 0 of either side is the same 0: -0 has other bytes. */
export const sided = (direction: -1 | 0 | 1, lots: Lots): Lots => (direction * lots + 0) as Lots
