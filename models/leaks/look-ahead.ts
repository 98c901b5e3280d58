import { assert } from '../../engine/assert.ts'
import type { Suspect } from './leak-report.ts'

/** Vectors as they were made from the first inputs of a tape. */
export interface Made {
  /** The time of the last input, microseconds. */
  readonly now: number
  /** Times of the vectors, microseconds, in order. */
  readonly at: ArrayLike<number>
  /** One column per feature. */
  readonly features: readonly Float32Array[]
}

/**
 * The prefix test: what was made when a tape had come so far must be what is made of the whole of it, bit for bit. Who
 * finds a feature here has found one that knows the future, whether it helps a model or not.
 *
 * `make` makes vectors from the first so many inputs; the last of `counts` is the whole.
 *
 * Fails: Defect ASSERT for counts that do not rise.
 *
 * @example
 * const inputs = [3, 1, 4, 1, 5]
 * const make = count => {
 *   const seen = inputs.slice(0, count)
 *   const highest = Math.max(...seen)
 *   return { now: count - 1, at: seen.keys().toArray(), features: [Float32Array.from(seen, x => x / highest)] }
 * }
 * const [suspect] = lookAhead(['share'], make, [2, 5])
 * suspect.reason // => 'share of the vector at 0 is 1 when 2 inputs have come, and 0.6000000238418579 when 5 have'
 */
export const lookAhead = (
  names: readonly string[],
  make: (count: number) => Made,
  counts: readonly number[],
): readonly Suspect[] => {
  const isRising = counts.every((count, i) => i === 0 || count > counts[i - 1]!)
  assert(counts.length >= 2 && isRising, `lookAhead: two counts and more, that rise, found ${counts.join(', ')}`)
  const all = counts.at(-1)!
  const whole = make(all)
  const prefixes = counts.slice(0, -1).map(count => ({ count, made: make(count) }))
  const changed = names.flatMap((name, i) => {
    const found = prefixes.flatMap(({ count, made }) => changeOf(made, whole, i).map(change => ({ count, ...change })))
    const first = found[0]
    if (first === undefined) return []
    const place = `${name} of the vector at ${whole.at[first.row]}`
    const then = `is ${first.before} when ${first.count} inputs have come`
    const reason = `${place} ${then}, and ${first.after} when ${all} have`
    return { type: 'look-ahead' as const, features: [name], by: Math.max(...found.map(({ by }) => by)), reason }
  })
  return [...prefixes.flatMap(({ count, made }) => backdated(made, whole, count)), ...changed]
}

/** The first vector that came to have another number, and the largest change of all. */
const changeOf = (made: Made, whole: Made, column: number) => {
  const [before, after] = [made.features[column]!, whole.features[column]!]
  const rows = Array.from({ length: Math.min(before.length, after.length) }, (_, row) => row)
  const changed = rows.filter(row => !Object.is(before[row], after[row]))
  const row = changed[0]
  if (row === undefined) return []
  const by = changed.reduce((most, row) => Math.max(most, Math.abs(before[row]! - after[row]!)), 0)
  return [{ row, before: before[row]!, after: after[row]!, by }]
}

/** Vectors that were not there, and later came to be of that time; or the other way round. */
const backdated = (made: Made, whole: Made, count: number): readonly Suspect[] => {
  const due = Array.from(whole.at).filter(at => at <= made.now).length
  if (due === made.at.length) return []
  const reason = `${made.at.length} vectors until ${made.now} when ${count} inputs had come, and ${due} later`
  return [{ type: 'look-ahead', features: [], by: Math.abs(due - made.at.length), reason }]
}
