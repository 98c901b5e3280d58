import { isMillraceError } from '../../engine/errors.ts'
import { type FeeSchedule, feeSchedule } from '../../engine/market/fees.ts'
import { type Financing, funding, overnight } from '../../engine/market/financing.ts'
import { type Instrument, instrument } from '../../engine/market/instrument.ts'
import { type Margin, margin } from '../../engine/market/margin.ts'
import type { Micros } from '../../engine/market/units.ts'
import { fundingTimes, type RolloverHours, rollovers } from '../../engine/time/rollovers.ts'
import { stampReader } from '../../engine/time/stamp.ts'
import { calendar, type TradingHours } from '../../operators/sessions.ts'
import { type Fields, fieldsOf, listAt, numberAt, refusal, type Spot, textAt, wrong } from './fields.ts'

/** An instrument as a venue lists it. What is not told is null. */
export interface Listing {
  /** Its fees are those of the first tier. */
  readonly instrument: Instrument
  readonly baseCurrency: string | null
  readonly fees: FeeSchedule
  readonly margin: Margin | null
  readonly hours: TradingHours | null
  readonly financing: FinancingTerms | null
}

/** What who holds a position is charged, or paid, for time. */
export type FinancingTerms =
  | {
      readonly type: 'funding'
      readonly everyHours: number
      /** What a long pays each time, as a share of the notional; null when the rates come with the rows of a tape. */
      readonly rate: number | null
    }
  /** As it was, in the order of time. */
  | { readonly type: 'rates'; readonly events: readonly Financing[] }
  | ({
      readonly type: 'overnight'
      readonly longPct: number
      readonly shortPct: number
      readonly daysPerYear: number
    } & RolloverHours)

/** The instruments of a file, in its order. Fails: usage INSTRUMENT_FILE with file and field. */
export const listingsOf = (root: Spot): readonly Listing[] => {
  const fields = fieldsOf(root, ['calendars', 'instruments'])
  const calendars = calendarsOf(fields.spot('calendars'))
  const listings: Listing[] = []
  for (const spot of listAt(fields.spot('instruments'))) {
    const listing = listingOf(spot, calendars)
    const { id } = listing.instrument
    if (listings.some(other => other.instrument.id === id)) throw refusal(`${spot.place}.id is '${id}' a second time`)
    listings.push(listing)
  }
  if (listings.length === 0) throw refusal(`${root.place} no instrument stands in it, expected one or more`)
  return listings
}

type Calendars = ReadonlyMap<string, TradingHours>

const calendarsOf = ({ value, place }: Spot): Calendars => {
  if (value === undefined) return new Map()
  const fields = fieldsOf({ value, place }, 'any')
  return new Map(Object.keys(value as object).map(name => [name, hoursOf(fields.spot(name))]))
}

const hoursOf = (spot: Spot): TradingHours => {
  const fields = fieldsOf(spot, ['zone', 'open', 'close', 'days', 'holidays', 'halfDays'])
  const halfDays = fields.has('halfDays') ? fieldsOf(fields.spot('halfDays'), 'any') : null
  const dates = halfDays === null ? [] : Object.keys(fields.spot('halfDays').value as object)
  const hours: TradingHours = {
    zone: fields.text('zone'),
    open: fields.text('open'),
    close: fields.text('close'),
    ...(fields.has('days') && { days: fields.list('days').map(numberAt) }),
    ...(fields.has('holidays') && { holidays: fields.list('holidays').map(textAt) }),
    ...(halfDays !== null && { halfDays: Object.fromEntries(dates.map(date => [date, halfDays.text(date)])) }),
  }
  told(spot.place, () => calendar(hours))
  return hours
}

const listingOf = (spot: Spot, calendars: Calendars): Listing => {
  const fields = fieldsOf(spot, NAMES)
  const fees = feesOf(fields)
  const [{ takerBps: takerFeeBps, makerBps: makerFeeBps }] = fees.tiers as [FeeSchedule['tiers'][0]]
  const made = told(spot.place, () =>
    instrument({
      id: fields.text('id'),
      venue: fields.text('venue'),
      tickSize: fields.text('tickSize'),
      lotSize: fields.text('lotSize'),
      quoteCurrency: fields.text('quoteCurrency'),
      ...(fields.has('multiplier') && { multiplier: fields.text('multiplier') }),
      ...(fields.has('decimals') && { decimals: fields.number('decimals') }),
      ...{ takerFeeBps, makerFeeBps },
    }),
  )
  return {
    instrument: made,
    baseCurrency: fields.has('baseCurrency') ? fields.text('baseCurrency') : null,
    fees,
    margin: fields.has('margin') ? marginOf(fields.spot('margin')) : null,
    hours: fields.has('calendar') ? hoursNamed(fields.spot('calendar'), calendars) : null,
    financing: fields.has('financing') ? financingOf(fields.spot('financing')) : null,
  }
}

const NAMES = [
  ...['id', 'venue', 'tickSize', 'lotSize', 'multiplier', 'baseCurrency', 'quoteCurrency', 'decimals'],
  ...['fees', 'margin', 'calendar', 'financing'],
]

const feesOf = (of: Fields): FeeSchedule => {
  if (!of.has('fees')) return feeSchedule({})
  const spot = of.spot('fees')
  const fields = fieldsOf(spot, ['takerBps', 'makerBps', 'tiers', 'perUnit', 'least', 'places', 'rounding'])
  if (fields.has('tiers') && (fields.has('takerBps') || fields.has('makerBps')))
    throw refusal(`${spot.place} has fees of its own and tiers; expected one of them`)
  const tiers = fields.has('tiers') ? fields.list('tiers').map(tierOf) : [{ from: '0', ...sharesOf(fields) }]
  return told(spot.place, () =>
    feeSchedule({
      tiers,
      ...(fields.has('perUnit') && { perUnit: fields.text('perUnit') }),
      ...(fields.has('least') && { least: fields.text('least') }),
      ...(fields.has('places') && { places: fields.number('places') }),
      ...(fields.has('rounding') && { rounding: fields.text('rounding') as FeeSchedule['rounding'] }),
    }),
  )
}

const tierOf = (spot: Spot): FeeSchedule['tiers'][0] => {
  const fields = fieldsOf(spot, ['from', 'takerBps', 'makerBps'])
  return { from: fields.text('from'), ...sharesOf(fields) }
}

const sharesOf = (fields: Fields): { readonly takerBps: number; readonly makerBps: number } => ({
  takerBps: fields.has('takerBps') ? fields.number('takerBps') : 0,
  makerBps: fields.has('makerBps') ? fields.number('makerBps') : 0,
})

const marginOf = (spot: Spot): Margin => {
  const fields = fieldsOf(spot, ['initial', 'maintenance'])
  const maintenance = fields.has('maintenance') ? { maintenance: fields.number('maintenance') } : {}
  return told(spot.place, () => margin({ initial: fields.number('initial'), ...maintenance }))
}

const hoursNamed = (spot: Spot, calendars: Calendars): TradingHours => {
  const hours = calendars.get(textAt(spot))
  if (hours !== undefined) return hours
  throw wrong(spot, `one of the calendars of the file: ${[...calendars.keys()].join(', ') || 'none'}`)
}

const financingOf = (spot: Spot): FinancingTerms => {
  const type = fieldsOf(spot, 'any').text('type')
  if (type === 'funding') {
    const fields = fieldsOf(spot, ['type', 'everyHours', 'rate', 'rates'])
    if (fields.has('rates')) return ratesOf(fields.spot('rates'))
    const everyHours = fields.number('everyHours')
    const rate = fields.has('rate') ? fields.number('rate') : null
    told(spot.place, () => [fundingTimes(everyHours, START, START), funding({ at: START, rate: rate ?? 0 })])
    return { type, everyHours, rate }
  }
  if (type !== 'overnight') throw wrong({ place: `${spot.place}.type`, value: type }, "'funding' or 'overnight'")
  const fields = fieldsOf(spot, ['type', 'longPct', 'shortPct', 'daysPerYear', 'zone', 'at', 'triple'])
  const daysPerYear = fields.has('daysPerYear') ? fields.number('daysPerYear') : 360
  if (daysPerYear !== 360 && daysPerYear !== 365) throw wrong(fields.spot('daysPerYear'), '360 or 365')
  const hours: RolloverHours = {
    ...(fields.has('zone') && { zone: fields.text('zone') }),
    ...(fields.has('at') && { at: fields.text('at') }),
    ...(fields.has('triple') && { triple: fields.number('triple') }),
  }
  const terms = { type, longPct: fields.number('longPct'), shortPct: fields.number('shortPct'), daysPerYear } as const
  told(spot.place, () => [rollovers(hours, START, START), overnight({ ...terms, at: START, nights: 3 })])
  return { ...terms, ...hours }
}

/** `{"2026-01-05T08:00": 0.0001}`, UTC unless it says. */
const ratesOf = (spot: Spot): FinancingTerms => {
  const fields = fieldsOf(spot, 'any')
  const events = Object.keys(spot.value as object).map(time =>
    told(spot.place, () => funding({ at: stampOf(time), rate: fields.number(time) })),
  )
  return { type: 'rates', events: events.sort((a, b) => a.at - b.at) }
}

const stampOf = stampReader({ unit: 'text', zone: 'UTC' })

/** Any time: what is wrong with terms is wrong at all times. */
const START = 0 as Micros

/** What the engine says of a value, with the place where it stands. */
const told = <T>(place: string, make: () => T): T => {
  try {
    return make()
  } catch (cause) {
    if (!isMillraceError(cause) || cause.code === 'INSTRUMENT_FILE') throw cause
    throw refusal(`${place}: ${cause.message}`, cause)
  }
}
