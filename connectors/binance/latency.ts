/** Two clocks of one feed: what lies between them, as it was recorded and as it was corrected. Plain data. */
export interface FeedClocks {
  /** Microseconds that the local clock is behind the venue's, as far as it shows: 0 or less. */
  skewUs: number
  /** Local time of the last message that told both; NaN before the first. */
  lastAt: number
  /** Local time less the venue's, of every message that tells both. */
  readonly recorded: Delays
  /** The same after the correction: never below 0. */
  readonly corrected: Delays
}

interface Delays {
  count: number
  /** Microseconds. */
  minUs: number
  maxUs: number
  /** How many there were, by whole milliseconds. */
  readonly byMs: Map<number, number>
}

export const feedClocks = (): FeedClocks => ({ skewUs: 0, lastAt: Number.NaN, recorded: delays(), corrected: delays() })

/**
 * The time of a message on the clock of the venue, microseconds; NaN when no clock can have told its times: they are
 * more than an hour apart, or a day from those of the message before. One damaged digit would move all that follow.
 *
 * No message arrives before it is sent, so a local clock that says so is behind, by as much as the lowest delay so far
 * is below 0: so much is added. Nothing is known of the messages to come; time never goes back by the correction. A
 * clock that is ahead cannot be told from a slow feed, and is left. A message that does not tell the venue's time (NaN)
 * is corrected by what is known.
 *
 * @example
 * const clocks = feedClocks()
 * const times = [[5_000, 9_000], [6_000, 8_000], [7_000, NaN], [8_000, 13_000]]
 * times.map(([localAt, venueAt]) => correctedAt(clocks, localAt, venueAt)) // => [9000, 10000, 11000, 13000]
 * clocks.skewUs // => -5000
 */
export const correctedAt = (clocks: FeedClocks, localAt: number, venueAt: number): number => {
  if (Number.isNaN(venueAt)) return Math.abs(localAt - clocks.lastAt) > DAY ? Number.NaN : localAt - clocks.skewUs
  if (Math.abs(localAt - venueAt) > HOUR) return Number.NaN
  clocks.lastAt = localAt
  clocks.skewUs = Math.min(clocks.skewUs, localAt - venueAt)
  const at = localAt - clocks.skewUs
  take(clocks.recorded, localAt - venueAt)
  take(clocks.corrected, at - venueAt)
  return at
}

/** Milliseconds from the venue's stamp to the local one; null when no message told both. */
export interface LatencyReport {
  /** That the local clock is behind the venue's, as far as it shows: 0 or less. */
  readonly skewMs: number
  readonly recorded: Delay | null
  readonly corrected: Delay | null
}

export interface Delay {
  readonly min: number
  /** Half of the messages took less, to the millisecond. */
  readonly median: number
  readonly max: number
}

export const latencyReport = ({ skewUs, recorded, corrected }: FeedClocks): LatencyReport => ({
  skewMs: skewUs / 1000,
  recorded: delayOf(recorded),
  corrected: delayOf(corrected),
})

const delayOf = (delays: Delays): Delay | null =>
  delays.count === 0 ? null : { min: delays.minUs / 1000, median: medianMs(delays), max: delays.maxUs / 1000 }

const medianMs = ({ count, byMs }: Delays): number => {
  let seen = 0
  for (const [ms, messages] of [...byMs].sort(([a], [b]) => a - b)) {
    seen += messages
    if (2 * seen >= count) return ms
  }
  return Number.NaN
}

const HOUR = 3_600_000_000
const DAY = 24 * HOUR

/** Longer delays are counted here: so much is kept at most. */
const LONGEST_MS = 60_000

const delays = (): Delays => ({
  count: 0,
  minUs: Number.POSITIVE_INFINITY,
  maxUs: Number.NEGATIVE_INFINITY,
  byMs: new Map(),
})

const take = (delays: Delays, us: number): void => {
  delays.count += 1
  if (us < delays.minUs) delays.minUs = us
  if (us > delays.maxUs) delays.maxUs = us
  const ms = Math.max(-LONGEST_MS, Math.min(LONGEST_MS, Math.round(us / 1000)))
  delays.byMs.set(ms, (delays.byMs.get(ms) ?? 0) + 1)
}
