import { MillraceError } from '../errors.ts'
import type { Cash, Currency } from './cash.ts'
import { type Minor, minor } from './units.ts'

/** The quote of one currency in another: one unit of `base` costs `ask` of `quote`, and brings `bid`. */
export interface Cross {
  readonly base: string
  readonly quote: string
  readonly bid: number
  readonly ask: number
}

/**
 * Money in another currency, by the quoted crosses: what we have is sold at the bid, what we owe is bought at the ask.
 * By the fewest crosses that lead there; of as many, by those that stand first. Rounded once, to the minor unit, the
 * half away from zero.
 *
 * Fails  Reject MARKET_CROSS when no crosses lead there, or one of them has no price above 0; MARKET_UNIT from 2^53 on
 *
 * @example
 * const crosses = [{ base: 'EUR', quote: 'USD', bid: 1.25, ask: 1.26 }]
 * convert({ currency: currency('EUR', 2), amount: minor(-1000) }, currency('USD', 2), crosses).amount // => -1260
 */
export function convert({ currency: from, amount }: Cash, to: Currency, crosses: readonly Cross[]): Cash {
  const rates = ratesBetween(from, to, crosses) ?? refuse(from.code, to.code, crosses)
  return { currency: to, amount: exchanged(amount, rates) }
}

/** What one unit of a currency brings in another when it is sold, and costs when it is bought. */
export interface Rates {
  readonly sell: number
  readonly buy: number
}

/** Of money that stays what it is. */
export const PAR: Rates = { sell: 1, buy: 1 }

/** The way back. */
export const inverse = ({ sell, buy }: Rates): Rates => ({ sell: 1 / buy, buy: 1 / sell })

/** Minor units at these rates: what we have is sold, what we owe is bought. The half is rounded away from zero. */
export function exchanged(amount: number, rates: Rates): Minor {
  if (rates === PAR) return amount as Minor
  const money = Math.abs(amount) * (amount < 0 ? rates.buy : rates.sell)
  // Adding 0 makes 0 of -0.
  return minor(Math.sign(amount) * Math.floor(money + 0.5) + 0)
}

/** What must be paid comes to; where it is paid to us, below 0. */
export const costOf = (amount: number, rates: Rates): Minor => minor(-exchanged(-amount, rates) + 0)

/** Of minor units; undefined when no crosses lead there. Fails: MARKET_CROSS where one of them has no price above 0. */
export function ratesBetween(from: Currency, to: Currency, crosses: readonly Cross[]): Rates | undefined {
  const rates = ratesOfCodes(from.code, to.code, crosses)
  if (rates === undefined || from.decimals === to.decimals) return rates
  const shift = 10 ** (to.decimals - from.decimals)
  return { sell: rates.sell * shift, buy: rates.buy * shift }
}

/** What one unit of a currency brings in another when it is sold, or costs when it is bought. Fails: MARKET_CROSS. */
export const rateOf = (from: string, to: string, side: 'buy' | 'sell', crosses: readonly Cross[]): number =>
  (ratesOfCodes(from, to, crosses) ?? refuse(from, to, crosses))[side]

/** What is wrong where no crosses lead from one currency to another. */
export function noCross(from: string, to: string, crosses: readonly Cross[]): string {
  const sentence = `no cross leads from ${from} to ${to}: there are ${namesOf(crosses) || 'none'}`
  return `${sentence}; expected ${from}/${to}, ${to}/${from} or a way by others`
}

export const namesOf = (crosses: readonly Cross[]): string =>
  crosses.map(({ base, quote }) => `${base}/${quote}`).join(', ')

function ratesOfCodes(from: string, to: string, crosses: readonly Cross[]): Rates | undefined {
  const found = new Map([[from, PAR]])
  for (const [code, rates] of found) {
    if (code === to) return rates
    for (const cross of crosses) {
      const next = cross.base === code ? cross.quote : cross.quote === code ? cross.base : code
      if (!found.has(next)) found.set(next, onward(rates, cross, code))
    }
  }
  return undefined
}

function onward(rates: Rates, { base, quote, bid, ask }: Cross, from: string): Rates {
  if (!(bid > 0 && ask > 0 && bid < Infinity && ask < Infinity))
    throw new MillraceError('MARKET_CROSS', `${base}/${quote} is ${bid} to ${ask}, expected prices above 0`)
  const { sell, buy } = rates
  return from === base ? { sell: sell * bid, buy: buy * ask } : { sell: sell * (1 / ask), buy: buy * (1 / bid) }
}

function refuse(from: string, to: string, crosses: readonly Cross[]): never {
  throw new MillraceError('MARKET_CROSS', noCross(from, to, crosses))
}
