import { type Currency, currency } from './cash.ts'
import { type Cross, namesOf, noCross, PAR, type Rates, ratesBetween } from './conversion.ts'
import type { Instrument } from './instrument.ts'
import type { Quote } from './quote.ts'

/** How the money of instruments becomes that of an account, as definitions and quotes tell; plain data. */
export interface Crosses {
  readonly account: Currency
  /** Instruments that are paid in other money than the account is kept in: without any, no quote is looked at. */
  readonly foreign: Map<string, Currency>
  /** The instruments that are prices of a currency, in the order of their definitions; at 0 until they are quoted. */
  readonly pairs: Map<string, Pair>
  /** How many pairs and foreign instruments name a currency. */
  readonly uses: Map<string, number>
}

interface Pair extends Cross {
  bid: number
  ask: number
}

/**
 * No crosses yet.
 *
 * @example
 * const steps = { venue: 'FX', tickSize: '0.001', lotSize: '1000', decimals: 2 }
 * const dollars = crossesTo(currency('USD', 2))
 * takeInstrument(dollars, instrument({ id: 'USDJPY', quoteCurrency: 'JPY', ...steps }))
 * ratesFor(dollars, 'USDJPY') // => undefined
 * takeQuote(dollars, 'USDJPY', { bid: 150, ask: 160 })
 * exchanged(-16_000, ratesFor(dollars, 'USDJPY')!) // => -107
 */
export const crossesTo = (account: Currency): Crosses => ({
  account,
  foreign: new Map(),
  pairs: new Map(),
  uses: new Map(),
})

/** A definition, new or again; a pair keeps its prices. */
export function takeInstrument(crosses: Crosses, instrument: Instrument): void {
  const { account, foreign, pairs } = crosses
  const { id, quoteCurrency: quote, decimals } = instrument
  use(crosses, id, -1)
  if (quote === account.code && decimals === account.decimals) foreign.delete(id)
  else foreign.set(id, currency(quote, decimals))
  const base = baseOf(instrument)
  const known = pairs.get(id)
  if (base === undefined) pairs.delete(id)
  else if (base !== known?.base || quote !== known.quote) pairs.set(id, { base, quote, bid: 0, ask: 0 })
  use(crosses, id, 1)
}

function use({ foreign, pairs, uses }: Crosses, id: string, by: 1 | -1): void {
  const { base, quote } = pairs.get(id) ?? {}
  for (const code of [foreign.get(id)?.code, base, quote])
    if (code !== undefined) uses.set(code, (uses.get(code) ?? 0) + by)
}

/** True when a way to the account may lead over the pair, so that each of its quotes is to be taken. */
export function isCross(crosses: Crosses, id: string): boolean {
  if (crosses.foreign.size === 0) return false
  const pair = crosses.pairs.get(id)
  return pair !== undefined && leadsOn(crosses, pair.base) && leadsOn(crosses, pair.quote)
}

const leadsOn = ({ account, uses }: Crosses, code: string): boolean => code === account.code || uses.get(code)! > 1

/** A quote that passes by: of no matter but for crosses, and there with two prices. */
export function takeQuote(crosses: Crosses, id: string, { bid, ask }: Pick<Quote, 'bid' | 'ask'>): void {
  if (!isCross(crosses, id) || !(bid > 0 && ask > 0 && bid + ask < Infinity)) return
  const pair = crosses.pairs.get(id)!
  pair.bid = bid
  pair.ask = ask
}

/** By which money of the instrument becomes the account's now; undefined while no quoted crosses lead there. */
export function ratesFor(crosses: Crosses, id: string): Rates | undefined {
  const from = crosses.foreign.get(id)
  return from === undefined ? PAR : ratesBetween(from, crosses.account, quoted(crosses))
}

/** Why money of the instrument cannot become the account's; empty when it can. */
export function missingCross(crosses: Crosses, id: string): string {
  if (ratesFor(crosses, id) !== undefined) return ''
  const { code } = crosses.foreign.get(id)!
  const silent = [...crosses.pairs].filter(([key, { bid }]) => bid === 0 && isCross(crosses, key))
  const awaited = silent.length > 0 ? `; not quoted yet: ${namesOf(silent.map(([, pair]) => pair))}` : ''
  return noCross(code, crosses.account.code, quoted(crosses)) + awaited
}

const quoted = ({ pairs }: Crosses): readonly Cross[] => [...pairs.values()].filter(({ bid }) => bid > 0)

/** What an instrument is a price of, by its id: 'USDJPY', 'EUR/GBP', 'BTC-USDT.SIM'; undefined of all others. */
export function baseOf({ id, quoteCurrency, multiplier }: Instrument): string | undefined {
  const [pair] = id.split('.') as [string]
  if (Number(multiplier) !== 1 || !pair.endsWith(quoteCurrency)) return undefined
  return pair.slice(0, -quoteCurrency.length).replace(/[-_/]$/, '') || undefined
}
