import { assert } from '../engine/assert.ts'
import { MillraceError } from '../engine/errors.ts'
import { checkSpans, rowsWhere, type Spans } from './validation/rows.ts'
import { uniqueness } from './validation/uniqueness.ts'

/** Training rows in columns, in order of time: entry i of each column is of row i. */
export interface Rows {
  /** Of the features, in the order of the vector. */
  readonly names: readonly string[]
  /** One column per name. */
  readonly features: readonly Float32Array[]
  readonly labels: Float64Array
  /** What each row is worth: its uniqueness, or 1. 0 or more. */
  readonly weights: Float64Array
  readonly spans: Spans
}

/**
 * Fails: Defect ASSERT for columns of other lengths, a negative weight, or rows that are not in order. MODEL_ROWS for a
 * number that is not finite, with its place.
 */
export const checkRows = (name: string, { names, features, labels, weights, spans }: Rows): void => {
  checkSpans(name, spans)
  const { length } = spans.from
  assert(names.length === features.length, `${name}: ${names.length} names for ${features.length} features`)
  for (const [column, found] of [...features, labels, weights].entries())
    assert(found.length === length, `${name}: ${length} rows, found ${found.length} in ${nameOf(names, column)}`)
  for (const [column, values] of [...features, labels, weights].entries())
    for (let row = 0; row < length; row++) checkFinite(values[row]!, nameOf(names, column), row)
  for (let row = 0; row < length; row++)
    assert(weights[row]! >= 0, `${name}: weights are 0 or more, found ${weights[row]} in row ${row}`)
}

/** The rows at these places, in their order. */
export const rowsAt = ({ names, features, labels, weights, spans }: Rows, places: Uint32Array): Rows => {
  const taken = (values: ArrayLike<number>): Float64Array => Float64Array.from(places, row => values[row]!)
  return {
    names,
    features: features.map(values => Float32Array.from(places, row => values[row]!)),
    labels: taken(labels),
    weights: taken(weights),
    spans: { from: taken(spans.from), until: taken(spans.until) },
  }
}

/**
 * Rows whose label is a direction, as a classifier of two classes learns them: 1 for up, 0 for down, those of no move
 * left out, and each weighed by its uniqueness among them. Rows of several instruments share the time of each other.
 */
export const upOrDown = (rows: Rows): Rows => {
  const moved = rowsAt(
    rows,
    rowsWhere(0, rows.labels.length, row => rows.labels[row] !== 0),
  )
  return { ...moved, labels: moved.labels.map(label => (label > 0 ? 1 : 0)), weights: uniqueness(moved.spans) }
}

/** Fails: MODEL_ROWS with the place of a number that is not finite. */
export const checkFinite = (value: number, column: string, row: number): void => {
  if (Number.isFinite(value)) return
  throw new MillraceError('MODEL_ROWS', `found ${value} for ${column} in row ${row}, expected a finite number`)
}

/** The columns behind the features are the labels and the weights. */
const nameOf = (names: readonly string[], column: number): string =>
  names[column] ?? (column === names.length ? 'the labels' : 'the weights')
