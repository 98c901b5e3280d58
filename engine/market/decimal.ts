import { MillraceError } from '../errors.ts'
import { type Check, checkAs } from './check.ts'
import type { Instrument } from './instrument.ts'
import type { Lots, Minor, Ticks } from './units.ts'

const check: Check = checkAs('MARKET_DECIMAL')
const checkInstrument: Check = checkAs('MARKET_INSTRUMENT')

/** A decimal number without loss: digits / 10^scale. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

/** The steps of an instrument as numbers: n ticks are a price of n × tickDigits / priceScale, lots likewise. */
export interface Terms {
  /** Quote currency. */
  readonly tickSize: number
  readonly tickDigits: number
  readonly priceScale: number
  /** Base units. */
  readonly lotSize: number
  readonly lotDigits: number
  readonly lotScale: number
  /** Places after the point that money is kept in. */
  readonly decimals: number
  /** What one lot gains when the price rises by one tick: a whole number, so all profit and loss is. */
  readonly minorPerTickLot: number
}

/**
 * The one address where floats of the market become integers of orders and money, and the reverse.
 *
 * Fails  Reject MARKET_DECIMAL (a step is no decimal above 0), MARKET_MONEY_GRAIN (money too coarse for one tick of one
 *        lot; the message names the decimals that would do)
 *
 * @example
 * const eurusd = instrument({ id: 'EURUSD', venue: 'sim', tickSize: '0.00001', lotSize: '1000', quoteCurrency: 'USD' })
 * termsOf(eurusd).minorPerTickLot // => 10000
 */
export function termsOf({ id, tickSize, lotSize, multiplier, decimals }: Instrument): Terms {
  const tick = stepOf(tickSize, `tick size of ${id}`)
  const lot = stepOf(lotSize, `lot size of ${id}`)
  const factor = stepOf(multiplier, `multiplier of ${id}`)
  const isPlaces = Number.isInteger(decimals) && decimals >= 0 && decimals <= 12
  checkInstrument(isPlaces, `decimals of ${id}`, decimals, '0 to 12 places')
  const worth = shorten({
    digits: tick.digits * lot.digits * factor.digits,
    scale: tick.scale + lot.scale + factor.scale,
  })
  if (worth.scale > decimals) {
    throw new MillraceError(
      'MARKET_MONEY_GRAIN',
      `one tick of one lot of ${id} is worth ${formatDecimal(worth)}, expected a multiple of the minor unit: ` +
        `money is kept in ${decimals} decimals, ${worth.scale} would do`,
    )
  }
  return {
    tickSize: Number(tickSize),
    tickDigits: Number(tick.digits),
    priceScale: powerOfTen(tick.scale),
    lotSize: Number(lotSize),
    lotDigits: Number(lot.digits),
    lotScale: powerOfTen(lot.scale),
    decimals,
    minorPerTickLot: safe(Number(worth.digits * 10n ** BigInt(decimals - worth.scale)), 'money'),
  }
}

/** Which step a price between two steps becomes; nearest takes the half away from zero, down and up go by value. */
export type Rounding = 'nearest' | 'down' | 'up'

/**
 * A price in quote currency as ticks. Float noise does not move it: a price within one part in 10^9 of a step, and a
 * hundredth of the tick size, is on that step. Fails: Reject MARKET_PRICE when not finite or too large to count.
 */
export function toTicks(price: number, terms: Terms, rounding: Rounding = 'nearest'): Ticks {
  const steps = (price * terms.priceScale) / terms.tickDigits
  if (!(Math.abs(steps) < Number.MAX_SAFE_INTEGER)) refuse('MARKET_PRICE', 'price', price, 'quote currency')
  const noise = noiseOf(steps)
  if (rounding === 'down') return Math.floor(steps + noise) as Ticks
  if (rounding === 'up') return positiveZero(Math.ceil(steps - noise)) as Ticks
  return positiveZero(Math.sign(steps) * Math.floor(Math.abs(steps) + 0.5 + noise)) as Ticks
}

/** The float nearest to the exact decimal price: 138675 ticks of 0.00001 are 1.38675. Quote currency. */
export const toPrice = (ticks: Ticks, terms: Terms): number => (ticks * terms.tickDigits) / terms.priceScale

/** True when the price stands on a step, float noise aside. */
export const isOnTick = (price: number, terms: Terms): boolean =>
  toTicks(price, terms, 'down') === toTicks(price, terms, 'up')

/** A quantity in base units as lots, toward zero: never more than was asked for. Fails: Reject MARKET_QUANTITY. */
export function toLots(quantity: number, terms: Terms): Lots {
  const steps = (quantity * terms.lotScale) / terms.lotDigits
  if (!(Math.abs(steps) < Number.MAX_SAFE_INTEGER)) refuse('MARKET_QUANTITY', 'quantity', quantity, 'base units')
  const noise = noiseOf(steps)
  return positiveZero(Math.trunc(steps < 0 ? steps - noise : steps + noise)) as Lots
}

/** The float nearest to the exact quantity, base units. */
export const toQuantity = (lots: Lots, terms: Terms): number => (lots * terms.lotDigits) / terms.lotScale

/** Price times quantity, exact; negative for sold lots. Fails: Reject MARKET_MONEY from 2^53 minor units on. */
export const notional = (ticks: Ticks, lots: Lots, terms: Terms): Minor =>
  safe(ticks * lots * terms.minorPerTickLot, 'notional')

/** The fee on a notional, exact, the half away from zero; `bps` counts to four decimals. Negative is a rebate. */
export const feeOf = (notional: Minor, bps: number): Minor => share(notional, Math.round(bps * 1e4), 1e8)

/** amount × part / whole in whole minor units, exact whatever the product, the half away from zero. */
export function share(amount: Minor, part: number, whole: number): Minor {
  const times = Math.trunc(amount / whole)
  const rest = (amount - times * whole) * part
  if (Math.abs(rest) > Number.MAX_SAFE_INTEGER) return wideShare(amount, part, whole)
  const more = Math.trunc(rest / whole)
  const isHalf = 2 * Math.abs(rest - more * whole) >= Math.abs(whole)
  return safe(times * part + more + (isHalf ? Math.sign(rest) * Math.sign(whole) : 0), 'share')
}

/**
 * A decimal of the wire: digits, one point, an exponent of up to two digits.
 *
 * @example
 * parseDecimal('-0.0250') // => { digits: -250n, scale: 4 }
 */
export function parseDecimal(text: string): Decimal {
  const isDecimal = text.length <= MAX_LENGTH && DECIMAL.test(text)
  check(isDecimal, 'number', text, `a decimal of at most ${MAX_LENGTH} characters`)
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const point = mantissa.indexOf('.')
  const places = point < 0 ? 0 : mantissa.length - point - 1
  const digits = BigInt(mantissa.replace('.', '').replace('+', ''))
  const scale = places - Number(exponent)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

/** The float nearest to a decimal of the wire; unlike `Number` it takes no blanks, hexadecimals or names. */
export function parseFloat64(text: string): number {
  const isDecimal = text.length <= MAX_LENGTH && DECIMAL.test(text)
  check(isDecimal, 'number', text, `a decimal of at most ${MAX_LENGTH} characters`)
  return Number(text)
}

/** All places are written: the scale stays visible. */
export function formatDecimal({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const point = text.length - scale
  return (digits < 0n ? '-' : '') + (scale === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`)
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?$/
const MAX_LENGTH = 48
/** Powers of ten up to here are exact floats, so that one division gives the nearest float. */
const MAX_SCALE = 15

const noiseOf = (steps: number): number => Math.min(Math.abs(steps) * 1e-9, 0.01)

/** -0 and 0 are equal but not the same bytes. */
const positiveZero = (n: number): number => n + 0

const powerOfTen = (scale: number): number => Number(`1e${scale}`)

function stepOf(text: string, what: string): Decimal {
  const step = shorten(parseDecimal(text))
  const isStep = step.digits > 0n && step.digits <= 10n ** 15n && step.scale <= MAX_SCALE
  check(isStep, what, text, `a decimal above 0 with at most ${MAX_SCALE} places`)
  return step
}

/** The same value without zeros at the end of its places. */
function shorten({ digits, scale }: Decimal): Decimal {
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n
    scale -= 1
  }
  return { digits, scale }
}

function wideShare(amount: number, part: number, whole: number): Minor {
  const product = BigInt(amount) * BigInt(part)
  const size = product < 0n ? -product : product
  const by = BigInt(Math.abs(whole))
  const rounded = (2n * size + by) / (2n * by)
  return safe(Number(product < 0n === whole < 0 ? rounded : -rounded), 'share')
}

function safe(n: number, what: string): Minor {
  if (!Number.isSafeInteger(n)) refuse('MARKET_MONEY', what, n, 'minor units')
  return n as Minor
}

function refuse(
  code: 'MARKET_MONEY' | 'MARKET_PRICE' | 'MARKET_QUANTITY',
  what: string,
  n: number,
  unit: string,
): never {
  throw new MillraceError(code, `${what} is ${n}, expected a number whose steps count below 2^53, ${unit}`)
}
