import { bell, type Chance, even } from './chance.ts'

/**
 * `calm`: steps that know nothing of each other. `trending`: so too, on a drift that holds for thousands of steps and
 * then turns. `mean-reverting`: steps that lead back to an anchor. `jump`: calm, with rare leaps.
 */
export type Regime = (typeof REGIMES)[number]
export const REGIMES = ['calm', 'trending', 'mean-reverting', 'jump'] as const

/** Where a price stands, in deviations of one step. */
export interface Drift {
  /** From where it started. */
  distance: number
  /** Trending: 1 is up, -1 is down. */
  direction: number
  /** Mean-reverting: where it is led back to. */
  anchor: number
}

/** Moves the price one step on, and says by how much. */
export type Step = (drift: Drift, chance: Chance) => void

export const steps: Readonly<Record<Regime, Step>> = {
  calm: (drift, chance) => {
    drift.distance += bell(chance)
  },
  trending: (drift, chance) => {
    if (even(chance) < TURN) drift.direction = -drift.direction
    drift.distance += bell(chance) + TREND * drift.direction
  },
  'mean-reverting': (drift, chance) => {
    drift.anchor += ANCHOR * bell(chance)
    drift.distance += bell(chance) + PULL * (drift.anchor - drift.distance)
  },
  jump: (drift, chance) => {
    drift.distance += bell(chance)
    if (even(chance) < LEAP) drift.distance += (even(chance) < 0.5 ? -1 : 1) * (LEAP_LEAST + LEAP_MORE * even(chance))
  },
}

/** Chance of a step to turn the trend, and what the trend adds to a step. */
const TURN = 1 / 4000
const TREND = 0.15
/** Share of the way back to the anchor in one step, and how far the anchor itself moves. */
const PULL = 0.01
const ANCHOR = 0.05
/** Chance of a step to be a leap, and how far it goes. */
const LEAP = 1 / 2000
const LEAP_LEAST = 20
const LEAP_MORE = 40
