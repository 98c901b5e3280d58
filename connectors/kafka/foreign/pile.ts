import { BLOCK_ROWS } from '../../../engine/log/block.ts'
import type { OpenBlock } from '../../../engine/log/build.ts'
import type { LogRecord } from '../../../engine/log/port.ts'

/** Rows of a block, each from a record of its own. */
export interface Pile {
  count(): number
  /** The rows as a record of the log, good until `clear`. */
  take(): LogRecord
  clear(): void
}

/** The block is filled by others, who mark where the next row comes from. `head` rows stand in front of offset 0. */
export const pile = (block: OpenBlock, head: number): Pile & { mark(offset: number): void } => {
  const offsets = new Float64Array(BLOCK_ROWS)
  return {
    count: () => block.count,
    mark(offset) {
      offsets[block.count] = offset
    },
    take() {
      const { count } = block
      const positions = (row: number) => {
        const offset = row < count ? offsets[row]! : offsets[count - 1]! + 1
        return { offset, row: offset === 0 ? head : 0 }
      }
      return { offset: offsets[0]!, block, positions }
    },
    clear() {
      block.count = 0
      block.keys.length = 0
    },
  }
}
