import type { Block } from '../../engine/log/block.ts'
import { type BlockBuilder, blockBuilder } from '../../engine/log/build.ts'
import type { Schema } from '../../engine/market/topic.ts'

/** Rows of several topics in one order, as blocks: each run of rows of one topic is one, or several when it is long. */
export interface RowRuns {
  push(schema: Schema, key: string, record: object & { readonly at: number }): void
  /** The blocks that are full or followed by others, since the last call. */
  ready(): Block[]
  /** What is left of the last run, after `ready`. */
  rest(): Block[]
}

export const rowRuns = (): RowRuns => {
  const builders = new Map<number, BlockBuilder>()
  let current: BlockBuilder | null = null
  let full: Block[] = []
  const end = (): void => {
    if (current !== null && current.block.count > 0) full.push(current.take())
    current = null
  }
  const ready = (): Block[] => {
    const blocks = full
    full = []
    return blocks
  }
  return {
    push(schema, key, record) {
      if (current?.block.schema.id !== schema.id || current.isFull()) {
        end()
        current = builders.get(schema.id) ?? blockBuilder(schema)
        builders.set(schema.id, current)
      }
      current.push(key, record.at, record)
    },
    ready,
    rest() {
      end()
      return ready()
    },
  }
}
