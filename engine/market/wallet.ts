import { MillraceError } from '../errors.ts'
import type { Cash, Currency } from './cash.ts'
import { type Cross, convert } from './conversion.ts'
import { notional, type Terms } from './decimal.ts'
import { signed } from './exposure.ts'
import type { Fill } from './fill.ts'
import { applyFill, type Position } from './position.ts'
import { type Lots, type Minor, minor } from './units.ts'

/** What an account holds of each currency, by its code; minor units of that currency. */
export type Wallet = Map<string, Minor>

/** An account with balances of several currencies. Several of one currency add up. */
export const walletOf = (balances: readonly Cash[]): Wallet => {
  const wallet: Wallet = new Map()
  for (const { currency, amount } of balances) add(wallet, currency, amount)
  return wallet
}

/** What is delivered against what. */
export interface Delivery {
  readonly base: Currency
  readonly quote: Currency
  readonly terms: Terms
}

/**
 * Books a fill of a market where what is bought is delivered: the base comes in, the price and the fee in quote
 * currency go out; a sale the other way round. A balance may fall below 0: what is lent is not decided here.
 *
 * Fails  Reject MARKET_MONEY_GRAIN when the base is too coarse for one lot; MARKET_MONEY when money cannot be counted
 *
 * @example
 * const [btc, usdt] = [currency('BTC', 3), currency('USDT', 2)]
 * const steps = { tickSize: '10', lotSize: '0.001', decimals: 2 }
 * const spot = instrument({ id: 'X', venue: 'sim', quoteCurrency: 'USDT', ...steps })
 * const wallet = walletOf([parseMoney('10', btc), parseMoney('100', usdt)])
 * const bought = fill({ at: 0, orderId: 'o', side: 'buy', lots: 2, price: 4000, fee: 0, quoteAgeUs: 0 })
 * deliver(wallet, bought, { base: btc, quote: usdt, terms: termsOf(spot) })
 * Object.fromEntries(wallet) // => { BTC: 10002, USDT: 2000 }
 */
export const deliver = (wallet: Wallet, { side, lots, price, fee }: Fill, delivery: Delivery): void => {
  const { base, quote, terms } = delivery
  const got = signed(side, lots)
  add(wallet, base, (got * lotOf(base, terms)) as Minor)
  add(wallet, quote, (-notional(price, got as Lots, terms) - fee) as Minor)
}

/** What a position is kept in, and what the account is. */
export interface Settlement {
  readonly terms: Terms
  readonly quote: Currency
  readonly account: Currency
  /** Quotes of the moment by which the one becomes the other. */
  readonly crosses: readonly Cross[]
}

/**
 * Books a fill of a market where nothing is delivered: what it closes is earned or lost, and the fee paid, each turned
 * into the currency of the account. Gives the position after it.
 *
 * Fails  Reject MARKET_CROSS when no cross leads to the account; MARKET_MONEY when money cannot be counted
 *
 * @example
 * const [usd, gbp] = [currency('USD', 2), currency('GBP', 2)]
 * const steps = { tickSize: '0.01', lotSize: '1000', decimals: 2 }
 * const terms = termsOf(instrument({ id: 'GBPUSD', venue: 'sim', quoteCurrency: 'USD', ...steps }))
 * const sold = fill({ at: 0, orderId: 'o', side: 'sell', lots: 1, price: 160, fee: 32, quoteAgeUs: 0 })
 * const long = { lots: lots(1), cost: minor(150_000), realised: minor(0) }
 * const wallet = walletOf([parseMoney('1000', gbp)])
 * // 100 dollars are 62.50 pounds, the fee of 32 cents is 20 pence
 * const crosses = [{ base: 'GBP', quote: 'USD', bid: 1.6, ask: 1.6 }]
 * settle(wallet, long, sold, { terms, quote: usd, account: gbp, crosses }).lots // => 0
 * Object.fromEntries(wallet) // => { GBP: 106230 }
 */
export const settle = (wallet: Wallet, position: Position, fill: Fill, settlement: Settlement): Position => {
  const { terms, quote, account, crosses } = settlement
  const after = applyFill(position, fill, terms)
  for (const amount of [after.realised - position.realised, -fill.fee]) {
    add(wallet, account, convert({ currency: quote, amount: minor(amount) }, account, crosses).amount)
  }
  return after
}

const add = (wallet: Wallet, { code }: Currency, amount: Minor): void => {
  wallet.set(code, minor((wallet.get(code) ?? 0) + amount))
}

/** One lot in minor units of the base. */
const lotOf = ({ code, decimals }: Currency, { lotDigits, lotScale }: Terms): number => {
  const lot = (lotDigits * 10 ** decimals) / lotScale
  if (Number.isSafeInteger(lot)) return lot
  const expected = `expected more decimals than ${decimals}`
  const found = `one lot of ${lotDigits / lotScale} is no whole number of ${code}`
  throw new MillraceError('MARKET_MONEY_GRAIN', `${found}, ${expected}`)
}
