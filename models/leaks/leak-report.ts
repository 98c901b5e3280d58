import { canShuffle } from '../chance.ts'
import type { Fit, Fitted } from '../fit.ts'
import { checkRows, type Rows } from '../rows.ts'
import { fitScaler } from '../scaling/fit-scaler.ts'
import type { Scaler } from '../scaling/scaler.ts'
import { mutualInformation } from '../selection/mutual-information.ts'
import { type Importance, permutationImportance } from '../selection/permutation-importance.ts'
import type { Split } from '../validation/rows.ts'
import { leakedRows, testedRanges } from '../validation/tested.ts'
import { type Accuracy, accuracyOf } from './accuracy.ts'

export interface LeakReportOptions {
  /** The accuracy that one would believe: 0.5 on a random walk, a little more on a market. */
  readonly believable: number
  /** Beyond so many standard deviations nothing is chance: 3, or 4 for who asks often. */
  readonly deviations: number
  /** Features that tell the same, by their places. See `correlatedGroups`. */
  readonly groups: readonly (readonly number[])[]
  /** Rows that stay together when something is shuffled: longer than a label lives. */
  readonly block: number
  readonly seed: number
}

/** Why results are not to be believed. */
export interface Suspect {
  /**
   * - `overlap`: training labels meet the test; `by` is their share.
   * - `scaler`: it was fitted on tested rows; `by` is how far that moved the feature it moved most, in its widths.
   * - `accuracy`: beyond what is believable; `by` so much.
   * - `concentrated`: beyond it, and by these features alone; `by` is their share of the importance.
   * - `information`: alone, in whatever form, these tell more than a believable model; `by` so many nats.
   * - `look-ahead`: the feature changes when the future comes; `by` so much.
   */
  readonly type: 'overlap' | 'scaler' | 'accuracy' | 'concentrated' | 'information' | 'look-ahead'
  /** Empty when it is not about features. */
  readonly features: readonly string[]
  readonly by: number
  /** One sentence. */
  readonly reason: string
}

export interface LeakReport {
  readonly accuracy: Accuracy
  readonly suspects: readonly Suspect[]
}

/**
 * Asks training rows, splits and a model for signs of a leak: knowledge of what was to be foretold. No suspect is no
 * proof; a suspect is to be explained before anybody believes the result. That a feature knows the future is proved by
 * `lookAhead`, which needs the tape.
 *
 * Where training labels meet a test they are reported, left out, and the rest is asked of what remains. Importance is
 * that of the splits whose test has 5 blocks and more.
 *
 * Fails: MODEL_ROWS for a number that is not finite, and as fitting does.
 */
export const leakReport = (
  rows: Rows,
  splits: readonly Split[],
  fitOn: Fit,
  options: LeakReportOptions,
): LeakReport => {
  checkRows('leakReport', rows)
  const purged = splits.map(split => ({ ...split, train: without(split.train, leakedRows(rows.spans, split)) }))
  const fitted = new Map<Split, Fitted>(purged.map(split => [split, fitOn(split)]))
  const known: Fit = split => fitted.get(split)!
  const { believable, deviations, groups, block, seed } = options
  const accuracy = accuracyOf(rows, purged, known, { expected: believable, deviations })
  const long = purged.filter(({ test }) => canShuffle(test.length, block))
  const importances = permutationImportance(rows, long, known, { groups, block, repeats: 3, seed })
  const suspects = [
    ...splits.flatMap((split, i) => overlap(rows, split, i)),
    ...purged.flatMap((split, i) => scalers(rows, split, i, known(split).scaler)),
    ...beyond(accuracy, importances),
    ...informed(rows, accuracy, options),
  ]
  return { accuracy, suspects }
}

const without = (rows: Uint32Array, others: Uint32Array): Uint32Array => {
  const left = new Set(others)
  return rows.filter(row => !left.has(row))
}

const overlap = ({ spans }: Rows, split: Split, index: number): readonly Suspect[] => {
  const { length } = leakedRows(spans, split)
  if (length === 0) return []
  const reason = `${length} of ${split.train.length} training labels of split ${index} meet its test`
  return [{ type: 'overlap', features: [], by: length / split.train.length, reason }]
}

/** Holds a scaler that covers a test against the one of the training rows alone. */
const scalers = (rows: Rows, split: Split, index: number, scaler: Scaler | null): readonly Suspect[] => {
  if (scaler === null || !covers(scaler, rows, split)) return []
  const { schema, columns } = scaler
  const scalings = Object.fromEntries(columns.map(({ name, scaling }) => [name, scaling]))
  const moves = fitScaler(rows, split, { schema, scalings }).columns.map(({ name, centre, width }, i) => ({
    name,
    by: (Math.abs(columns[i]!.centre - centre) + Math.abs(columns[i]!.width - width)) / (width || 1),
  }))
  const most = moves.reduce((most, move) => (move.by > most.by ? move : most))
  const moved = `${most.name} moved by ${short(most.by)} of its width`
  const reason = `the scaler of split ${index} was fitted on its test too: ${moved}`
  return [{ type: 'scaler', features: [most.name], by: most.by, reason }]
}

const covers = ({ trained, tests }: Scaler, { spans }: Rows, { test }: Split): boolean =>
  testedRanges(spans, test).some(
    ({ from, until }) =>
      from <= trained.until && until >= trained.from && !tests.some(kept => kept.from <= from && kept.until >= until),
  )

const beyond = ({ accuracy, effective, high }: Accuracy, importances: readonly Importance[]): readonly Suspect[] => {
  if (accuracy <= high) return []
  const found = `an accuracy of ${short(accuracy)} on ${short(effective)} independent rows`
  const reason = `${found}, up to ${short(high)} is believable`
  const gains = importances.map(({ importance }) => Math.max(0, importance))
  const all = gains.reduce((sum, gain) => sum + gain, 0)
  const concentrated = importances.flatMap(({ names }, i): readonly Suspect[] => {
    const by = gains[i]! / all
    const told = `${names.join(', ')} has ${short(by)} of the importance, at an accuracy of ${short(accuracy)}`
    return by > 0.5 ? [{ type: 'concentrated', features: names, by, reason: told }] : []
  })
  return [{ type: 'accuracy', features: [], by: accuracy - high, reason }, ...concentrated]
}

/** Features that tell more, each alone, than all of them may; and than any did of shuffled labels. */
const informed = (rows: Rows, { high }: Accuracy, { block, seed }: LeakReportOptions): readonly Suspect[] => {
  const all = Uint32Array.from(rows.labels.keys())
  const limit = Math.LN2 + (high < 1 ? high * Math.log(high) + (1 - high) * Math.log1p(-high) : 0)
  return mutualInformation(rows, all, { bins: 8, block, shuffles: SHUFFLES, seed })
    .map(({ name, information, byChance, pOfAny }) => ({ name, pOfAny, nats: information - byChance }))
    .filter(({ pOfAny, nats }) => pOfAny === 1 / (SHUFFLES + 1) && nats > limit)
    .map(({ name, nats }) => {
      const reason = `${name} alone tells ${short(nats)} nats of the label, a believable model up to ${short(limit)}`
      return { type: 'information', features: [name], by: nats - limit, reason }
    })
}

/** With none as good as it, a feature is one of 200 by chance. */
const SHUFFLES = 199

/** What one reads of a number. */
const short = (x: number): number => Number(x.toPrecision(3))
