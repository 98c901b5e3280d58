import type { Schema } from '../market/topic.ts'

/**
 * Up to `BLOCK_ROWS` rows of one topic partition as columns: what is stored, sent and replayed.
 *
 * ```text
 * row i:   at[i]   keys[key[i]]   columns.bid[i]   columns.ask[i] ...
 * ```
 * Columns may be views that are longer than `count`; rows at `count` and beyond are not part of the block.
 */
export interface Block {
  readonly schema: Schema
  readonly count: number
  /** Event time of each row, integer microseconds; may fall between rows (the door counts those). */
  readonly at: Float64Array
  /** Index into `keys`. */
  readonly key: Uint16Array
  /** The keys (instruments, accounts) of this block, each once; a key may stand here that no row has. */
  readonly keys: readonly string[]
  /** One entry per field of the schema, by name: Float64Array for f64, string[] for text. */
  readonly columns: Readonly<Record<string, Column>>
}

export type Column = Float64Array | string[]

export const BLOCK_ROWS = 4096
