import { assert } from '../../engine/assert.ts'
import { MillraceError } from '../../engine/errors.ts'
import { chanceOf, shuffledBlocks } from '../chance.ts'
import { checkRows, type Rows } from '../rows.ts'

export interface MutualInformationOptions {
  /** Each feature is cut into so many bins of equal counts. Integer, at least 2. */
  readonly bins: number
  /** Rows that stay together when labels are shuffled: longer than a label lives. Integer, at least 1. */
  readonly block: number
  /** Times that the labels are shuffled. Integer, at least 1; p-values are steps of 1 / (shuffles + 1). */
  readonly shuffles: number
  readonly seed: number
}

/** What a feature tells of the label. */
export interface MutualInformation {
  readonly name: string
  /** Nats, less what bins alone would seem to tell. May be below 0. */
  readonly information: number
  /** The same, as the mean over shuffled labels. */
  readonly byChance: number
  /** The share of the shuffles that seemed to tell as much of this feature. */
  readonly p: number
  /** The share of the shuffles in which any of the features seemed to tell as much: who tries many, reads this one. */
  readonly pOfAny: number
}

/**
 * How much each feature, alone, tells of the label, in whatever form: not only a line. Labels are classes.
 *
 * Bins of equal counts do not ask how a feature is scaled, and equal values share a bin; an estimator by neighbours
 * (Kraskov 2004) is for labels that are numbers. Rows depend on their neighbours, so what chance would tell is told by
 * labels that were shuffled in blocks, with their weights.
 *
 * Fails: MODEL_ROWS for a number that is not finite, labels that are no classes, a weight of 0 in all, and fewer than 5
 * blocks. Defect ASSERT for options that make no sense.
 * Source: Miller 1955, Note on the Bias of Information Estimates; Westfall, Young 1993, Resampling-Based Multiple
 * Testing, 2.3 (the largest of all)
 */
export const mutualInformation = (
  rows: Rows,
  train: Uint32Array,
  options: MutualInformationOptions,
): readonly MutualInformation[] => {
  const { bins, block, shuffles, seed } = options
  assert(Number.isInteger(bins) && bins >= 2, `mutualInformation: bins is an integer, at least 2, found ${bins}`)
  assert(Number.isInteger(shuffles) && shuffles >= 1, `mutualInformation: at least 1 shuffle, found ${shuffles}`)
  checkRows('mutualInformation', rows)
  const labels = classesOf(train, rows)
  if (labels.count > MOST_CLASSES)
    throw new MillraceError('MODEL_ROWS', `labels are classes, up to ${MOST_CLASSES}, found ${labels.count} values`)
  if (labels.worth === 0) throw new MillraceError('MODEL_ROWS', 'expected rows with weights, found a sum of 0')
  const binned = rows.features.map(values =>
    binsOf(
      Float32Array.from(train, row => values[row]!),
      bins,
    ),
  )
  const inOrder = Uint32Array.from(train.keys())
  const found = binned.map(feature => informationOf(feature, labels, inOrder))
  const chance = chanceOf(seed)
  const shuffledInformation = Array.from({ length: shuffles }, () => {
    const order = shuffledBlocks(train.length, block, chance)
    return Float64Array.from(binned, feature => informationOf(feature, labels, order))
  })
  const largest = shuffledInformation.map(all => Math.max(...all))
  const shareOf = (asMuch: number): number => (1 + asMuch) / (1 + shuffles)
  return rows.names.map((name, i) => ({
    name,
    information: found[i]!,
    byChance: shuffledInformation.reduce((sum, all) => sum + all[i]!, 0) / shuffles,
    p: shareOf(shuffledInformation.filter(all => isAsMuch(all[i]!, found[i]!)).length),
    pOfAny: shareOf(largest.filter(most => isAsMuch(most, found[i]!)).length),
  }))
}

/** Beyond it, labels are numbers. */
const MOST_CLASSES = 100

interface Classes {
  readonly of: Uint32Array
  readonly count: number
}

interface Labels extends Classes {
  readonly weights: Float64Array
  readonly worth: number
}

const classesOf = (train: Uint32Array, { labels, weights }: Rows): Labels => {
  const known = new Map<number, number>()
  const of = Uint32Array.from(train, row => {
    const label = labels[row]!
    if (!known.has(label)) known.set(label, known.size)
    return known.get(label)!
  })
  const taken = Float64Array.from(train, row => weights[row]!)
  return { of, count: known.size, weights: taken, worth: taken.reduce((sum, weight) => sum + weight, 0) }
}

/** The bin of each value by its rank; equal values stand in one, that of their middle. */
const binsOf = (values: Float32Array, bins: number): Classes => {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const of = new Uint32Array(values.length)
  let [count, before] = [0, -1]
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]!] === values[order[first]!]) end += 1
    const bin = Math.floor(((first + end) * bins) / (2 * order.length))
    if (bin !== before) count += 1
    before = bin
    for (let place = first; place < end; place++) of[order[place]!] = count - 1
  }
  return { of, count }
}

/** Sums in another order may differ in their last digits. */
const isAsMuch = (one: number, other: number): boolean => one >= other - 1e-12

/** The row at each place gets the label that `order` names. */
const informationOf = (feature: Classes, labels: Labels, order: Uint32Array): number => {
  const joint = new Float64Array(feature.count * labels.count)
  for (let row = 0; row < order.length; row++) {
    const from = order[row]!
    joint[feature.of[row]! * labels.count + labels.of[from]!]! += labels.weights[from]!
  }
  const ofBin = new Float64Array(feature.count)
  const ofLabel = new Float64Array(labels.count)
  for (const [cell, worth] of joint.entries()) {
    ofBin[Math.floor(cell / labels.count)]! += worth
    ofLabel[cell % labels.count]! += worth
  }
  const information = joint.reduce((sum, worth, cell) => {
    const alone = ofBin[Math.floor(cell / labels.count)]! * ofLabel[cell % labels.count]!
    return worth > 0 ? sum + (worth / labels.worth) * Math.log((worth * labels.worth) / alone) : sum
  }, 0)
  return information - ((feature.count - 1) * (labels.count - 1)) / (2 * labels.worth)
}
