// What the models offer to readers from outside: vectors, labels, splits, and what holds them against chance.

// rows and chance
export { type Chance, chanceOf } from './chance.ts'
export { type ExportedRows, type Lineage, rowsFor } from './exported-rows.ts'
// features: declared once, for training and for serving
export { type FeatureSet, type FeatureSetOptions, featureSet, part } from './features/feature-set.ts'
export { gaps } from './features/gaps.ts'
export { market, marketPrices } from './features/market.ts'
export { marketOriginal } from './features/market-original.ts'
export { oracle } from './features/oracle.ts'
export { type Vector, vector, vectorStep } from './features/vector.ts'
export type { Fit, Fitted, Predict } from './fit.ts'
// labels: what training rows learn
export type { Event, Label } from './labels/label.ts'
export { type LabelledRow, type Labeller, labeller } from './labels/labelled.ts'
export { fixedHorizonLabel, metaLabelLabel, trendScanLabel, tripleBarrierLabel } from './labels/labels.ts'
// leaks: whether results may be believed
export { type Accuracy, accuracyOf } from './leaks/accuracy.ts'
export { type LeakReport, type LeakReportOptions, leakReport } from './leaks/leak-report.ts'
export { lookAhead } from './leaks/look-ahead.ts'
// linear: what a cleverer model must beat
export { type Logistic, type LogisticOptions, logistic, probabilities, probability } from './linear/logistic.ts'
export { scaledLogistic } from './linear/scaled-logistic.ts'
export { type Rows, rowsAt, upOrDown } from './rows.ts'
// scaling: fitted on training rows alone
export { fitScaler } from './scaling/fit-scaler.ts'
export { scaled, scaledStep } from './scaling/scaled.ts'
export { readScaler, type Scaler, scale, scaleColumns } from './scaling/scaler.ts'
// selection: which features tell something
export { correlatedGroups } from './selection/correlated-groups.ts'
export { mutualInformation } from './selection/mutual-information.ts'
export { permutationImportance } from './selection/permutation-importance.ts'
export { halves, stabilitySelection } from './selection/stability-selection.ts'
// validation: splits in which no label knows of a test
export { combinatorialPurged } from './validation/combinatorial-purged.ts'
export { purgedKFold } from './validation/purged-k-fold.ts'
export type { Spans, Split } from './validation/rows.ts'
export { timeOrdered } from './validation/time-ordered.ts'
export { uniqueness } from './validation/uniqueness.ts'
export { walkForward } from './validation/walk-forward.ts'
