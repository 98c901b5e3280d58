import { isDeepStrictEqual } from 'node:util'
import type { PaperVenueOptions } from '../connectors/paper/venue.ts'
import { type FeeSchedule, feeSchedule } from '../engine/market/fees.ts'
import type { Margin } from '../engine/market/margin.ts'
import { readInstruments } from './instruments/read.ts'
import type { Plan } from './manifest.ts'

/** How the venue deals in the instruments of a file, beyond their definitions. */
export interface Listed {
  readonly fees: Readonly<Record<string, FeeSchedule>>
  readonly margin: Readonly<Record<string, Margin>>
}

/** Fails  as `readInstruments` does */
export const listedIn = (path: string): Listed => {
  const listings = readInstruments(path)
  const free = feeSchedule({})
  return {
    fees: Object.fromEntries(
      listings.flatMap(({ instrument, fees }) => (isDeepStrictEqual(fees, free) ? [] : [[instrument.id, fees]])),
    ),
    margin: Object.fromEntries(listings.flatMap(({ instrument, margin }) => (margin ? [[instrument.id, margin]] : []))),
  }
}

/** The paper venue of a run. */
export const venueOf = ({ venue, listed, latencyUs, startBalance, currency }: Plan): PaperVenueOptions => ({
  ...venue,
  ...(listed && { fees: listed.fees }),
  ...(listed && Object.keys(listed.margin).length > 0 && { margin: listed.margin }),
  latencyUs,
  startBalance,
  currency,
})

/** 'taker 5, maker 2 bps; from 15000000 4, 1.6; 1.29 a unit; at least 0.35; 2 places, rounded up'. */
export const feesText = ({ tiers, perUnit, least, places, rounding }: FeeSchedule): string =>
  [
    ...tiers.map(({ from, takerBps, makerBps }, i) =>
      i === 0 ? `taker ${takerBps}, maker ${makerBps} bps` : `from ${from} ${takerBps}, ${makerBps}`,
    ),
    ...(Number(perUnit) === 0 ? [] : [`${perUnit} a unit`]),
    ...(Number(least) === 0 ? [] : [`at least ${least}`]),
    ...(places === null && rounding === 'nearest'
      ? []
      : [`rounded ${rounding}${places === null ? '' : ` to ${places} places`}`]),
  ].join('; ')

/** '5 % to open, 4.5 % to keep'. */
export const marginText = ({ initial, maintenance }: Margin): string =>
  `${percent(initial)} to open, ${percent(maintenance)} to keep`

const percent = (share: number): string => `${Number((share * 100).toFixed(4))} %`
