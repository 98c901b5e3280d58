/** What a history of commits says of a consumer, without a threshold that somebody would have to choose. */
export type LagStatus = (typeof lagStatuses)[number]

/**
 * - `ok`: it has caught up lately, or its lag falls
 * - `warning`: it commits and moves on, but its lag never falls: it is too slow
 * - `stall`: it commits, but stays where it is
 * - `stop`: it has not committed for longer than the whole history took
 * - `rewind`: its offset went back
 */
export const lagStatuses = ['ok', 'warning', 'stall', 'stop', 'rewind'] as const

export interface CommitSample {
  /** Time of day, microseconds. */
  readonly at: number
  /** What was committed, and how many records were behind it then. */
  readonly offset: number
  readonly lag: number
}

/** Commits that are looked at: as many as Burrow takes. */
export const LAG_WINDOW = 10

/**
 * The rules of Burrow (its wiki, "Consumer Lag Evaluation Rules"), but for one: an offset that went back counts even if
 * the consumer had caught up before, for that is how a rewind by mistake looks.
 *
 * @example
 * const slow = [{ at: 0, offset: 5, lag: 10 }, { at: 60, offset: 9, lag: 12 }]
 * lagStatus(slow, 14, 90) // => 'warning'
 * lagStatus(slow, 0, 90) // => 'ok'
 * lagStatus(slow, 14, 200) // => 'stop'
 */
export const lagStatus = (commits: readonly CommitSample[], lagNow: number, now: number): LagStatus => {
  const [first, last] = [commits[0], commits.at(-1)]
  if (first === undefined || last === undefined || commits.length < 2 || lagNow === 0) return 'ok'
  const later = commits.slice(1)
  if (now - last.at > last.at - first.at) return 'stop'
  if (later.some(({ offset }, i) => offset < commits[i]!.offset)) return 'rewind'
  if (commits.some(({ lag }) => lag === 0)) return 'ok'
  if (first.offset === last.offset) return 'stall'
  return later.some(({ lag }, i) => lag < commits[i]!.lag) ? 'ok' : 'warning'
}
