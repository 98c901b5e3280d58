import { assert } from '../../engine/assert.ts'
import { MillraceError } from '../../engine/errors.ts'
import { checkFinite } from '../rows.ts'
import type { Range } from '../validation/tested.ts'

/**
 * - `standard`: standard deviations from the mean.
 * - `robust`: from the median, in widths of the middle half, as standard deviations of a normal distribution (IQR /
 *   1.349): outliers do not move it.
 * - `range`: 0 at the least number of the training, 1 at the greatest; what is beyond is clipped.
 * - `none`: as it is. For what is 0 or 1, a sine or a cosine, a share.
 */
export type Scaling = 'standard' | 'robust' | 'range' | 'none'

/** How the features of a set are brought to one scale. Plain data: JSON keeps it bit for bit. */
export interface Scaler {
  /** The hash of the feature set. */
  readonly schema: string
  /** What it was fitted on, from the first event to the last label's end. */
  readonly trained: Range & { readonly rows: number }
  /** Stretches within, for tests, that it was not fitted on. */
  readonly tests: readonly Range[]
  /** The quantiles of `robust` are off by no more ranks; 0 is exact. */
  readonly rankError: number
  /** In the order of the vector. */
  readonly columns: readonly ScaledColumn[]
}

export interface ScaledColumn {
  readonly name: string
  readonly scaling: Scaling
  /** What is subtracted, then what is divided by. A width of 0 is that of a feature that did not move: it gives 0. */
  readonly centre: number
  readonly width: number
}

/**
 * Scales one vector: in float64, and to float32 as the last step. Training and serving both call this.
 *
 * Fails: Defect ASSERT for a vector of another length. MODEL_ROWS for a number that is not finite.
 *
 * @example
 * const columns = [{ name: 'rsi', scaling: 'range', centre: 20, width: 60 }]
 * const trained = { from: 0, until: 9, rows: 100 }
 * const scaler = { schema: 'a1', trained, tests: [], rankError: 0, columns }
 * scale(scaler, [50], new Float32Array(1))[0] // => 0.5
 * scale(scaler, [95], new Float32Array(1))[0] // => 1
 */
export const scale = ({ columns }: Scaler, values: ArrayLike<number>, out: Float32Array): Float32Array => {
  const isLong = values.length === columns.length && out.length === columns.length
  assert(isLong, `scale: ${columns.length} numbers, found ${values.length} in and ${out.length} out`)
  for (let i = 0; i < columns.length; i++) out[i] = scaleOne(columns[i]!, values[i]!, 0)
  return out
}

/** As {@link scale}, for whole columns of rows. */
export const scaleColumns = ({ columns }: Scaler, features: readonly Float32Array[]): readonly Float32Array[] => {
  assert(features.length === columns.length, `scale: ${columns.length} columns, found ${features.length}`)
  return features.map((values, i) => values.map((value, row) => scaleOne(columns[i]!, value, row)))
}

/**
 * A scaler that was stored as JSON, for the feature set of this hash.
 *
 * Fails: MODEL_SCHEMA when it was fitted for another set, or is no scaler.
 */
export const readScaler = (json: string, schema: string): Scaler => {
  const scaler = parsed(json)
  if (!isScaler(scaler)) throw new MillraceError('MODEL_SCHEMA', 'expected the JSON of a scaler, found another text')
  checkSchema(scaler, schema)
  return scaler
}

/** Fails: MODEL_SCHEMA when the scaler was fitted for another feature set. */
export const checkSchema = (scaler: Scaler, schema: string): void => {
  if (scaler.schema === schema) return
  throw new MillraceError('MODEL_SCHEMA', `the scaler is of feature set ${scaler.schema}, this one is ${schema}`)
}

const scaleOne = ({ name, scaling, centre, width }: ScaledColumn, value: number, row: number): number => {
  checkFinite(value, name, row)
  if (scaling === 'none') return value
  if (width === 0) return 0
  const scaled = Math.fround((value - centre) / width)
  if (scaling === 'range') return Math.min(1, Math.max(0, scaled))
  checkFinite(scaled, `${name} as float32`, row)
  return scaled
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

const isScaler = (found: unknown): found is Scaler => {
  const { schema, trained, tests, columns, rankError } = (found ?? {}) as Partial<Scaler>
  const isFitted = isRange(trained) && Number.isInteger(trained.rows) && Number.isInteger(rankError)
  const isWhole = Array.isArray(tests) && tests.every(isRange) && Array.isArray(columns) && columns.every(isColumn)
  return typeof schema === 'string' && isFitted && isWhole
}

const isRange = <T extends Range>(range: T | undefined): range is T =>
  Number.isFinite(range?.from) && Number.isFinite(range?.until)

const isColumn = ({ name, scaling, centre, width }: Partial<ScaledColumn>): boolean =>
  typeof name === 'string' && scalings.includes(scaling!) && [centre, width].every(Number.isFinite) && width! >= 0

const scalings: readonly Scaling[] = ['standard', 'robust', 'range', 'none']
