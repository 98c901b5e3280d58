import { type Check, checkAs } from './check.ts'
import { type Decimal, parseDecimal, type Terms } from './decimal.ts'
import { type Lots, type Minor, minor } from './units.ts'

const check: Check = checkAs('MARKET_FEE')

/** What a venue asks for a fill. Money is in the quote currency; decimals of the wire stay strings. */
export interface FeeSchedule {
  /** By what was traded before, rising; the first begins at '0'. */
  readonly tiers: readonly FeeTier[]
  /** For each unit of the base, or contract, on top: '0.005'. */
  readonly perUnit: string
  /** A fill pays at least so much; '0' for none. It does not touch rebates. */
  readonly least: string
  /** Places after the point to which a venue rounds; null: those in which money is kept. */
  readonly places: number | null
  /** `nearest` takes the half away from zero; `up` is against who pays, `down` for him. */
  readonly rounding: 'nearest' | 'up' | 'down'
}

export interface FeeTier {
  /** Traded before, over whatever span the venue counts: '1000000'. */
  readonly from: string
  /** Basis points of the notional, with at most 4 decimals; negative is a rebate. */
  readonly takerBps: number
  readonly makerBps: number
}

/** What a fill comes to. */
export interface Dealt {
  /** Price times quantity; its sign does not matter. */
  readonly notional: Minor
  readonly lots: Lots
  readonly liquidity: 'maker' | 'taker'
  /** Traded before, minor units. */
  readonly volume: Minor
}

/**
 * A schedule of one tier, without more than shares of the notional; what is given replaces that.
 *
 * Fails  Reject MARKET_FEE
 *
 * @example
 * feeSchedule({ tiers: [{ from: '0', takerBps: 5, makerBps: -1 }], rounding: 'up' }).perUnit // => '0'
 */
export function feeSchedule(given: Partial<FeeSchedule>): FeeSchedule {
  const { tiers = [{ from: '0', takerBps: 0, makerBps: 0 }], perUnit = '0', least = '0' } = given
  const { places = null, rounding = 'nearest' } = given
  check(tiers.length > 0 && numberOf(tiers[0]!.from) === 0, 'first tier from', tiers[0]?.from, "'0'")
  for (const [i, { from, takerBps, makerBps }] of tiers.entries()) {
    check(
      i === 0 || numberOf(from) > numberOf(tiers[i - 1]!.from),
      'tier from',
      from,
      'more than that of the tier before',
    )
    check(isFee(takerBps), 'taker fee', takerBps, FEE)
    check(isFee(makerBps), 'maker fee', makerBps, FEE)
  }
  check(numberOf(perUnit) >= 0, 'fee per unit', perUnit, 'a decimal of 0 or more, quote currency')
  check(numberOf(least) >= 0, 'least fee', least, 'a decimal of 0 or more, quote currency')
  check(places === null || (Number.isInteger(places) && places >= 0 && places <= 12), 'places', places, '0 to 12')
  const isRounding = rounding === 'nearest' || rounding === 'up' || rounding === 'down'
  check(isRounding, 'rounding', rounding, "'nearest', 'up' or 'down'")
  return { tiers, perUnit, least, places, rounding }
}

/**
 * The fee of a fill, minor units, exact: whole numbers until it is rounded once. Negative is a rebate.
 *
 * @example
 * const es = { id: 'ES', venue: 'CME', tickSize: '0.25', lotSize: '1', multiplier: '50', quoteCurrency: 'USD' }
 * const dealt = { notional: minor(250_000_000_000), lots: lots(2), liquidity: 'taker', volume: minor(0) }
 * feeFor(feeSchedule({ perUnit: '1.29' }), dealt, termsOf(instrument(es))) // => 2580000
 */
export function feeFor(schedule: FeeSchedule, { notional, lots, liquidity, volume }: Dealt, terms: Terms): Minor {
  const { decimals, lotDigits, lotScale } = terms
  const tier = tierOf(schedule, volume, decimals)
  const bps = liquidity === 'maker' ? tier.makerBps : tier.takerBps
  const perUnit = parseDecimal(schedule.perUnit)
  // Both parts over one denominator, in minor units.
  const share = { top: BigInt(Math.abs(notional)) * BigInt(Math.round(bps * 1e4)), under: 10n ** 8n }
  const units = {
    top: BigInt(Math.abs(lots)) * BigInt(lotDigits) * perUnit.digits * 10n ** BigInt(decimals),
    under: BigInt(lotScale) * 10n ** BigInt(perUnit.scale),
  }
  const top = share.top * units.under + units.top * share.under
  const fee = rounded(top, share.under * units.under, schedule, decimals)
  const least = inMinor(parseDecimal(schedule.least), decimals)
  return minor(Number(fee >= 0n && fee < least ? least : fee))
}

/** The tier that holds after so much was traded. */
const tierOf = ({ tiers }: FeeSchedule, volume: Minor, decimals: number): FeeTier =>
  tiers.findLast(({ from }) => inMinor(parseDecimal(from), decimals) <= BigInt(volume)) ?? tiers[0]!

/** To the places of the venue where they are fewer than those of money; in minor units again. */
function rounded(top: bigint, under: bigint, { places, rounding }: FeeSchedule, decimals: number): bigint {
  const grain = 10n ** BigInt(Math.max(0, decimals - (places ?? decimals)))
  const by = under * grain
  const size = top < 0n ? -top : top
  const whole = size / by
  const rest = size - whole * by
  const isMore = rounding === 'nearest' ? 2n * rest >= by : rest > 0n && (rounding === 'up') === top > 0n
  return (top < 0n ? -1n : 1n) * (whole + (isMore ? 1n : 0n)) * grain
}

/** Rounded up to the places that money is kept in. */
const inMinor = ({ digits, scale }: Decimal, decimals: number): bigint => {
  const shift = decimals - scale
  if (shift >= 0) return digits * 10n ** BigInt(shift)
  const by = 10n ** BigInt(-shift)
  return (digits + by - 1n) / by
}

function numberOf(text: string): number {
  const { digits, scale } = parseDecimal(text)
  return Number(digits) / 10 ** scale
}

const FEE = '-1000 to 1000 bps with at most 4 decimals'
const isFee = (bps: number): boolean => Math.abs(bps) <= 1000 && Math.abs(bps * 1e4 - Math.round(bps * 1e4)) < 1e-6
