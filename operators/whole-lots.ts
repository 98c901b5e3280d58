import type { Lots, Minor } from '../engine/market/units.ts'

/**
 * The most lots of which each takes `perLot`, minor units, that fit into `part` / `whole` of an amount: exact, whatever
 * the products. 0 when the amount is not positive, or a lot takes nothing.
 */
export const wholeLots = (amount: Minor, part: number, whole: number, perLot: number): Lots => {
  if (!(amount > 0 && perLot > 0)) return 0 as Lots
  const most = (BigInt(amount) * BigInt(part)) / (BigInt(whole) * BigInt(perLot))
  return Number(most < MOST ? most : MOST) as Lots
}

/** What a number counts one by one. */
const MOST = BigInt(Number.MAX_SAFE_INTEGER)

/** Lots to the side of a direction. 0 of either side is the same 0: -0 has other bytes. */
export const sided = (direction: -1 | 0 | 1, lots: Lots): Lots => (direction * lots + 0) as Lots
