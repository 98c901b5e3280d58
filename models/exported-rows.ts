import { MillraceError } from '../engine/errors.ts'
import type { Feature, Source } from './features/feature-set.ts'
import type { Rows } from './rows.ts'

/** Training rows as `millrace features export` writes them, in columns, in order of their events. */
export interface ExportedRows {
  /** Instruments. */
  readonly keys: readonly string[]
  /** Event times, microseconds. */
  readonly at: Float64Array
  /** When all of a row was known, its labels too, microseconds. */
  readonly knownAt: Float64Array
  /** Of the features, in the order of the vector. */
  readonly names: readonly string[]
  readonly features: readonly Float32Array[]
  /** Of the numbers of the labels: 'fixedHorizonChange'. */
  readonly labelNames: readonly string[]
  readonly labels: readonly Float64Array[]
  readonly lineage: Lineage
}

/** What rows are made of. The same lineage, with the same program, gives the same bytes. */
export interface Lineage {
  /** Of the program. */
  readonly version: string
  readonly set: { readonly name: string; readonly version: number; readonly hash: string }
  readonly features: readonly Feature[]
  /** What the set was made from. */
  readonly source: Source
  /** Of the graph from the tape to vectors: its operators with their parameters, 32 hex digits. */
  readonly graph: string
  readonly tape: {
    /** Of the rows of each partition that were stepped: the digest `input` of a run over them. */
    readonly digests: readonly string[]
    readonly rows: number
    /** Event times that the rows are within: [from, to); null is open. */
    readonly from: number | null
    readonly to: number | null
  }
  readonly labels: readonly {
    readonly type: string
    readonly name: string
    readonly params: Readonly<Record<string, number | string>>
    readonly columns: readonly string[]
  }[]
}

/** The rows to learn one number of a label from, each of the same weight. Fails: MODEL_ROWS when there is none. */
export const rowsFor = (exported: ExportedRows, label: string): Rows => {
  const { at, knownAt, names, features, labelNames, labels } = exported
  const found = labels[labelNames.indexOf(label)]
  if (found === undefined) {
    const sentence = `there is no label '${label}'; there are: ${labelNames.join(', ') || 'none'}`
    throw new MillraceError('MODEL_ROWS', sentence)
  }
  const weights = new Float64Array(at.length).fill(1)
  return { names, features, labels: found, weights, spans: { from: at, until: knownAt } }
}
