import { type Terms, termsOf } from '../../engine/market/decimal.ts'
import type { Instrument } from '../../engine/market/instrument.ts'
import { type Chance, chance, even } from './chance.ts'
import { type Habits, habits } from './habits.ts'
import type { Drift, Step } from './regime.ts'

/** One instrument of the sample market at its latest quote. Prices in ticks, sizes in lots. */
export interface Walker {
  readonly instrument: Instrument
  readonly terms: Terms
  readonly habits: Habits
  readonly chance: Chance
  /** Trades have a stream of their own, so that the quotes are the same with and without them. */
  readonly tradeChance: Chance
  readonly drift: Drift
  at: number
  bid: number
  ask: number
  bidLots: number
  askLots: number
}

/** Each instrument walks by itself: it goes the same way whichever others are there. */
export const newWalker = (instrument: Instrument, seed: number): Walker => {
  const own = chance(seed, instrument.id)
  return {
    instrument,
    terms: termsOf(instrument),
    habits: habits[instrument.id]!,
    chance: own,
    tradeChance: chance(seed, `${instrument.id} trades`),
    drift: { distance: 0, direction: even(own) < 0.5 ? -1 : 1, anchor: 0 },
    at: instrument.at,
    bid: 0,
    ask: 0,
    bidLots: 0,
    askLots: 0,
  }
}

/** Goes on to the next quote. */
export const advance = (walker: Walker, step: Step, closes: boolean): void => {
  const { chance, habits, drift } = walker
  const isBurst = even(chance) < BURST
  const idle = even(chance)
  const at = walker.at + Math.floor(isBurst ? 1000 + 9000 * idle : 10_000 + 3 * habits.pause * idle * idle)
  walker.at = closes ? openAt(at) : at
  step(drift, chance)
  const low = habits.start * LOWEST
  const middle = low + Math.abs(habits.start + drift.distance * habits.stir - low)
  const wide = even(chance) * even(chance)
  const spread = habits.spread + Math.floor(habits.spread * wide)
  walker.bid = Math.round(middle - spread / 2)
  walker.ask = walker.bid + spread
  walker.bidLots = lotsOf(chance, habits.mostLots)
  walker.askLots = lotsOf(chance, habits.mostLots)
}

/** Share of quotes that follow the one before within 10 ms. */
const BURST = 0.3
/** Share of its first price that an instrument turns back from. */
const LOWEST = 0.25

/** Small sizes are more frequent than large ones. */
const lotsOf = (chance: Chance, most: number): number => {
  const share = even(chance)
  return 1 + Math.floor(most * share * share)
}

const HOUR = 3_600_000_000
const WEEK = 7 * 24 * HOUR
/** From the epoch, a Thursday, back to the opening on Sunday 22:00 UTC. */
const OPENING = 4 * 24 * HOUR - 22 * HOUR
const OPEN_HOURS = 5 * 24 - 1

/** The time itself, or as far behind the opening as it is behind the close, from Friday 21:00 to Sunday 22:00 UTC. */
const openAt = (at: number): number => {
  const sinceOpening = (at + OPENING) % WEEK
  return sinceOpening < OPEN_HOURS * HOUR ? at : at + WEEK - OPEN_HOURS * HOUR
}
