import { createHash } from 'node:crypto'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import type { Micros } from '../../engine/market/units.ts'
import { checkSchema, type Scaler, scale } from './scaler.ts'

/** What a feature set gives, and what a model reads. */
export interface Numbers extends Stamped {
  readonly values: Float32Array
}

/**
 * Brings the vectors of a feature set to the scale of their training, with the function that scaled the training rows.
 *
 * In      a record with `at` and `values`, the vector of the set whose hash is `schema`
 * Out     the same, scaled; the record and its numbers are reused
 * Emits   one per input
 * State   4 bytes a number
 * Fails   Usage MODEL_SCHEMA for a scaler of another set; MODEL_ROWS for a number that is not finite
 *
 * @example
 * const columns = [{ name: 'rsi', scaling: 'range', centre: 20, width: 60 }]
 * const scaler = { schema: 'a1', trained: { from: 0, until: 9, rows: 100 }, tests: [], rankError: 0, columns }
 * const [vector] = run(scaledStep(scaler, 'a1'), [{ at: 5, values: Float32Array.of(35) }])
 * vector.values[0] // => 0.25
 */
export const scaled = (scaler: Scaler, schema: string): Lifted<Numbers, Numbers> => lift(scaledStep(scaler, schema))

interface ScaledState {
  at: Micros
  readonly values: Float32Array
}

/** The pure step behind {@link scaled}. */
export const scaledStep = (scaler: Scaler, schema: string): Kernel<ScaledState, Numbers, Numbers> => {
  checkSchema(scaler, schema)
  // Who restores a snapshot, or compares graphs, sees that it is this scaler and no other.
  const identity = createHash('sha256').update(JSON.stringify(scaler)).digest('hex').slice(0, 8)
  return {
    name: `scaled(${identity})`,
    warmup: 1,
    init: () => ({ at: 0 as Micros, values: new Float32Array(scaler.columns.length) }),
    step(state, { at, values }) {
      state.at = at
      scale(scaler, values, state.values)
      return state
    },
  }
}
