import { type Check, checkAs } from './check.ts'
import { formatDecimal, parseDecimal } from './decimal.ts'
import { type Minor, minor } from './units.ts'

const check: Check = checkAs('MARKET_CURRENCY')

/** What money is counted in. */
export interface Currency {
  /** 'USD', 'USDT'. */
  readonly code: string
  /** Places after the point that are kept: 2 is cents, 6 is millionths. */
  readonly decimals: number
}

export interface Cash {
  readonly currency: Currency
  readonly amount: Minor
}

/** Fails: Reject MARKET_CURRENCY. */
export function currency(code: string, decimals: number): Currency {
  check(/^[^\s\p{C}]{1,16}$/u.test(code), 'currency', code, '1 to 16 characters without spaces')
  const isPlaces = Number.isInteger(decimals) && decimals >= 0 && decimals <= 12
  check(isPlaces, `decimals of ${code}`, decimals, '0 to 12 places')
  return { code, decimals }
}

/**
 * An amount as people write it. More places than the currency keeps are refused, not rounded.
 *
 * @example
 * parseMoney('1250.5', currency('USD', 2)).amount // => 125050
 */
export function parseMoney(text: string, { code, decimals }: Currency): Cash {
  const { digits, scale } = parseDecimal(text)
  const shift = decimals - scale
  const amount = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  const isExact = shift >= 0 || amount * 10n ** BigInt(-shift) === digits
  check(isExact, 'amount', text, `at most ${decimals} decimals, ${code}`)
  return { currency: { code, decimals }, amount: minor(Number(amount)) }
}

/**
 * @example
 * formatMoney(-12236 as Minor, currency('USD', 4)) // => '-1.2236 USD'
 */
export const formatMoney = (amount: Minor, { code, decimals }: Currency): string =>
  `${formatDecimal({ digits: BigInt(amount), scale: decimals })} ${code}`
