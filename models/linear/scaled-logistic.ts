import type { Fit } from '../fit.ts'
import type { Rows } from '../rows.ts'
import { fitScaler } from '../scaling/fit-scaler.ts'
import { type Scaling, scaleColumns } from '../scaling/scaler.ts'
import { type LogisticOptions, logistic, probabilities } from './logistic.ts'

export interface ScaledLogisticOptions extends LogisticOptions {
  /** The hash of the feature set. */
  readonly schema: string
  /** For each feature how it is scaled, in the order of the vector. */
  readonly scalings: Readonly<Record<string, Scaling>>
}

/** On each split a scaler of its training rows, and a logistic regression of what that gives. Fails as they do. */
export const scaledLogistic =
  (rows: Rows, { schema, scalings, ...options }: ScaledLogisticOptions): Fit =>
  split => {
    const scaler = fitScaler(rows, split, { schema, scalings })
    const model = logistic({ ...rows, features: scaleColumns(scaler, rows.features) }, split.train, options)
    return { scaler, predict: features => probabilities(model, scaleColumns(scaler, features)) }
  }
