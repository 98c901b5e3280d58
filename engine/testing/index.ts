// What tests outside of the house take: kernels and pipelines stepped by hand, and a clock that stands.

export { type ManualClock, manualClock } from './clock.ts'
export { movingOutputsOf, type Output, outputsOf, type Running, running } from './operator/running.ts'
export type { Arrival, Row } from './operator/tape.ts'
export { type Entry, type Heard, run, runAt, type Step } from './run-kernel.ts'
