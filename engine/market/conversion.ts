import { MillraceError } from '../errors.ts'
import type { Cash, Currency } from './cash.ts'
import { minor } from './units.ts'

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
  const rate = rateOf(from.code, to.code, amount < 0 ? 'buy' : 'sell', crosses)
  const money = Math.abs(amount) * rate * 10 ** (to.decimals - from.decimals)
  // Adding 0 makes 0 of -0.
  return { currency: to, amount: minor(Math.sign(amount) * Math.floor(money + 0.5) + 0) }
}

/** What one unit of a currency brings in another when it is sold, or costs when it is bought. Fails: MARKET_CROSS. */
export function rateOf(from: string, to: string, side: 'buy' | 'sell', crosses: readonly Cross[]): number {
  const rates = new Map([[from, 1]])
  for (const [code, rate] of rates) {
    if (code === to) return rate
    for (const cross of crosses) {
      const next = cross.base === code ? cross.quote : cross.quote === code ? cross.base : code
      if (!rates.has(next)) rates.set(next, rate * factorOf(cross, code, side))
    }
  }
  const known = crosses.map(({ base, quote }) => `${base}/${quote}`).join(', ') || 'none'
  const sentence = `no cross leads from ${from} to ${to}: there are ${known}`
  throw new MillraceError('MARKET_CROSS', `${sentence}; expected ${from}/${to}, ${to}/${from} or a way by others`)
}

const factorOf = ({ base, quote, bid, ask }: Cross, from: string, side: 'buy' | 'sell'): number => {
  if (!(bid > 0 && ask > 0 && bid < Infinity && ask < Infinity))
    throw new MillraceError('MARKET_CROSS', `${base}/${quote} is ${bid} to ${ask}, expected prices above 0`)
  if (from === base) return side === 'sell' ? bid : ask
  return side === 'sell' ? 1 / ask : 1 / bid
}
