import type { Scaler } from './scaling/scaler.ts'
import type { Split } from './validation/rows.ts'

/** Fits a model on the training rows of a split. */
export type Fit = (split: Split) => Fitted

export interface Fitted {
  /** For rows in columns, as they were before scaling, the probability of label 1 of each. */
  readonly predict: Predict
  /** What brought the features to one scale; null for a model that needs none. */
  readonly scaler: Scaler | null
}

export type Predict = (features: readonly Float32Array[]) => Float64Array
