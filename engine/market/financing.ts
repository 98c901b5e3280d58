import { type Check, checkAs } from './check.ts'
import { share } from './decimal.ts'
import type { Field, Topic } from './topic.ts'
import { type Micros, type Minor, micros, minor } from './units.ts'

const check: Check = checkAs('MARKET_FINANCING')

/** What who holds an instrument at that time pays or is paid; the instrument is the key of the event. */
export interface Financing {
  readonly at: Micros
  /** `funding` of perpetuals, between longs and shorts; `overnight` interest, between us and the venue. */
  readonly type: 'funding' | 'overnight'
  /** What a long position pays, as a share of its notional; negative is paid to it. At most 8 decimals. */
  readonly longRate: number
  /** The same for a short position. Of funding it is that of a long one, paid the other way. */
  readonly shortRate: number
}

const number = (name: string): Field => ({ name, type: 'f64', unit: 'share of the notional' })

export const financings: Topic<Financing> = {
  name: 'financings',
  schema: {
    id: 43,
    name: 'financing',
    fields: [{ name: 'type', type: 'text', unit: 'funding or overnight' }, number('longRate'), number('shortRate')],
  },
}

/** What a position was charged at such a time; the instrument is the key of the event. */
export interface Payment {
  readonly at: Micros
  readonly reason: Financing['type']
  /** In the money of the account: positive is paid, negative received. */
  readonly amount: Minor
}

export const payments: Topic<Payment> = {
  name: 'payments',
  schema: {
    id: 44,
    name: 'payment',
    fields: [
      { name: 'reason', type: 'text', unit: 'funding or overnight' },
      { name: 'amount', type: 'f64', unit: 'minor units' },
    ],
  },
}

/**
 * Fails  Reject MARKET_FINANCING
 *
 * @example
 * funding({ at: 0, rate: 0.0001 }).shortRate // => -0.0001
 */
export function funding({ at, rate }: { readonly at: number; readonly rate: number }): Financing {
  return financing({ at, type: 'funding', longRate: rate, shortRate: 0 - rate })
}

/**
 * Interest of some nights, from yearly percentages: what a long and a short position pay.
 *
 * Fails  Reject MARKET_FINANCING
 *
 * @example
 * overnight({ at: 0, nights: 3, longPct: 3.6, shortPct: -1.8, daysPerYear: 360 }).longRate // => 0.0003
 */
export function overnight(given: {
  readonly at: number
  readonly nights: number
  readonly longPct: number
  readonly shortPct: number
  readonly daysPerYear?: number
}): Financing {
  const { at, nights, longPct, shortPct, daysPerYear = 360 } = given
  check(Number.isInteger(nights) && nights > 0, 'nights', nights, 'an integer above 0')
  check(daysPerYear === 360 || daysPerYear === 365, 'days of a year', daysPerYear, '360 or 365')
  const rate = (pct: number): number => Math.round((pct / 100 / daysPerYear) * nights * 1e8) / 1e8
  return financing({ at, type: 'overnight', longRate: rate(longPct), shortRate: rate(shortPct) })
}

/**
 * What a position pays, minor units, the half away from zero; negative is paid to it. The notional is negative when
 * sold.
 *
 * @example
 * financingOn(minor(-1_000_000), funding({ at: 0, rate: 0.0001 })) // => -100
 */
export const financingOn = (notional: Minor, { longRate, shortRate }: Financing): Minor =>
  // Adding 0 makes 0 of -0.
  minor(share(minor(Math.abs(notional)), Math.round((notional < 0 ? shortRate : longRate) * 1e8), 1e8) + 0)

function financing(event: Omit<Financing, 'at'> & { readonly at: number }): Financing {
  for (const rate of [event.longRate, event.shortRate])
    check(Math.abs(rate) < 1, 'rate', rate, 'a share of the notional between -1 and 1')
  return { ...event, at: micros(event.at) }
}
