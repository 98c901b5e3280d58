import type { Block } from '../../engine/log/block.ts'
import { blocksFromJson } from '../../engine/log/json.ts'
import type { Schema } from '../../engine/market/topic.ts'

export interface SkeletonOptions {
  readonly schema: Schema
  /** What arrives, each text of whole lines: one JSON object a row. */
  readonly texts: AsyncIterable<string>
  /** Ends the source. */
  readonly signal?: AbortSignal
}

/**
 * Rows of an outside system, one JSON object a line, as blocks: each block is what has arrived.
 *
 * Delivers  every row once, in the order of its arrival
 * Blocks    nothing is read before it is asked for
 * Ends      with the texts, or quietly when the signal aborts
 * Fails     Reject LOG_JSON: a line is no row of the schema
 */
export async function* skeleton({ schema, texts, signal }: SkeletonOptions): AsyncGenerator<Block> {
  for await (const text of texts) {
    if (signal?.aborted) return
    yield* blocksFromJson(schema, text)
  }
}
