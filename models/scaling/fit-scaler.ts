import { assert } from '../../engine/assert.ts'
import { MillraceError } from '../../engine/errors.ts'
import { checkFinite, type Rows } from '../rows.ts'
import type { Split } from '../validation/rows.ts'
import { meetsAny, type Range, testedRanges } from '../validation/tested.ts'
import { addNumber, type Quantiles, quantiles, quantilesAt, rankError } from './quantiles.ts'
import type { ScaledColumn, Scaler, Scaling } from './scaler.ts'

export interface FitScalerOptions {
  /** The hash of the feature set. */
  readonly schema: string
  /** For each feature how it is scaled, in the order of the vector. */
  readonly scalings: Readonly<Record<string, Scaling>>
  /** Stretches of time that are for tests, in order, without overlaps: rows that meet them are refused. */
  readonly tests: readonly Range[]
}

/** A scaler in the making. */
export interface ScalerFit {
  readonly options: FitScalerOptions
  readonly columns: readonly Seen[]
  rows: number
  from: number
  until: number
}

/** What is known of a column: its moments (Welford 1962), its ends, its quantiles where they are asked for. */
interface Seen {
  readonly name: string
  readonly scaling: Scaling
  readonly quantiles: Quantiles | null
  mean: number
  squares: number
  least: number
  greatest: number
}

/** Numbers that are kept exactly for the quantiles of a feature: 32 KiB. */
const EXACT = 4096

/** Begins a scaler that takes training rows one after the other. */
export const scalerFit = (options: FitScalerOptions): ScalerFit => ({
  options,
  columns: Object.entries(options.scalings).map(([name, scaling]) => ({
    name,
    scaling,
    quantiles: scaling === 'robust' ? quantiles(EXACT) : null,
    mean: 0,
    squares: 0,
    least: Infinity,
    greatest: -Infinity,
  })),
  rows: 0,
  from: Infinity,
  until: -Infinity,
})

/**
 * Takes one training row: its vector, and its time from the event to the label's end.
 *
 * Fails: MODEL_LEAK when it meets a test. MODEL_ROWS for a number that is not finite. Defect ASSERT for a vector of
 * another length.
 */
export const fitRow = (fit: ScalerFit, span: Range, values: ArrayLike<number>): void => {
  const { columns, options, rows } = fit
  assert(values.length === columns.length, `fitRow: ${columns.length} numbers, found ${values.length} in row ${rows}`)
  if (meetsAny(options.tests, span)) {
    const found = `row ${rows}, from ${span.from} until ${span.until}, meets a test`
    throw new MillraceError('MODEL_LEAK', `a scaler is fitted on training rows alone: ${found}`)
  }
  for (let i = 0; i < columns.length; i++) checkFinite(values[i]!, columns[i]!.name, rows)
  fit.rows += 1
  fit.from = Math.min(fit.from, span.from)
  fit.until = Math.max(fit.until, span.until)
  for (let i = 0; i < columns.length; i++) see(columns[i]!, values[i]!, fit.rows)
}

/**
 * The scaler, as known so far.
 *
 * Fails: MODEL_ROWS when there was no row, or when half of the numbers of a `robust` feature are one number and the
 * others are not.
 */
export const scalerOf = ({ options, columns, rows, from, until }: ScalerFit): Scaler => {
  if (rows === 0) throw new MillraceError('MODEL_ROWS', 'a scaler is fitted on at least one row, found none')
  const streams = columns.flatMap(({ quantiles }) => quantiles ?? [])
  return {
    schema: options.schema,
    trained: { from, until, rows },
    tests: options.tests.filter(test => test.from <= until && test.until >= from),
    rankError: Math.max(0, ...streams.map(rankError)),
    columns: columns.map(column => scaledColumn(column, rows)),
  }
}

/**
 * The scaler of the training rows of a split.
 *
 * Fails: as {@link fitRow} and {@link scalerOf}. Defect ASSERT when the features have other names or another order.
 *
 * @example
 * const [spans, weights] = [{ from: [0, 1, 2, 3], until: [0, 1, 2, 3] }, Float64Array.of(1, 1, 1, 1)]
 * const rows = { names: ['size'], features: [Float32Array.of(1, 2, 3, 99)], labels: weights, weights, spans }
 * const split = { train: Uint32Array.of(0, 1, 2), test: Uint32Array.of(3) }
 * const scaler = fitScaler(rows, split, { schema: 'a1', scalings: { size: 'standard' } })
 * scaler.columns // => [{ name: 'size', scaling: 'standard', centre: 2, width: 0.816496580927726 }]
 */
export const fitScaler = (
  { names, features, spans }: Pick<Rows, 'names' | 'features' | 'spans'>,
  { train, test }: Split,
  options: Omit<FitScalerOptions, 'tests'>,
): Scaler => {
  const expected = Object.keys(options.scalings)
  const isSame = expected.length === names.length && expected.every((name, i) => name === names[i])
  assert(isSame, `fitScaler: scalings of ${expected.join(', ')} for features ${names.join(', ')}`)
  const fit = scalerFit({ ...options, tests: testedRanges(spans, test) })
  const vector = new Float32Array(names.length)
  for (const row of train) {
    for (let i = 0; i < vector.length; i++) vector[i] = features[i]![row]!
    fitRow(fit, { from: spans.from[row]!, until: spans.until[row]! }, vector)
  }
  return scalerOf(fit)
}

const see = (column: Seen, x: number, rows: number): void => {
  const before = x - column.mean
  column.mean += before / rows
  column.squares += before * (x - column.mean)
  column.least = Math.min(column.least, x)
  column.greatest = Math.max(column.greatest, x)
  if (column.quantiles !== null) addNumber(column.quantiles, x)
}

const scaledColumn = (column: Seen, rows: number): ScaledColumn => {
  const { name, scaling, least, greatest } = column
  if (scaling === 'none') return { name, scaling, centre: 0, width: 1 }
  // Adding 0 makes of -0, which JSON does not know, 0.
  if (least === greatest) return { name, scaling, centre: least + 0, width: 0 }
  if (scaling === 'range') return { name, scaling, centre: least + 0, width: greatest - least }
  if (scaling === 'standard') return { name, scaling, centre: column.mean + 0, width: Math.sqrt(column.squares / rows) }
  const [low, median, high] = quantilesAt(column.quantiles!, [0.25, 0.5, 0.75]) as [number, number, number]
  if (low === high) {
    const found = `the middle half of ${name} is ${low}, so that it has no width`
    throw new MillraceError('MODEL_ROWS', `${found}: scale it as standard, range or none`)
  }
  return { name, scaling, centre: median + 0, width: (high - low) / NORMAL_IQR }
}

/** The middle half of a normal distribution, in standard deviations. */
const NORMAL_IQR = 1.3489795003921634
