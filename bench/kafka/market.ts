import { BLOCK_ROWS, type Block } from '../../engine/log/block.ts'
import { quotes } from '../../engine/market/topics.ts'
import { keysOf } from '../millrace.ts'
import { type Ticks, tickColumns, tickSource } from '../ticks.ts'

export const INSTRUMENTS = 100

/** The same quotes twice: in blocks of the house, and as somebody else writes them, a message of JSON for each. */
export const BLOCKS = 'quotes'
export const MESSAGES = 'ticks'

/** A tick as one message of JSON. */
export interface JsonTick {
  /** Microseconds since the epoch. */
  readonly at: number
  readonly key: string
  readonly bid: number
  readonly ask: number
}

/** The ticks of `ticks.ts`, their times cut to whole microseconds, and the block that they make. */
export function* marketBlocks(rows: number): Iterable<{ readonly ticks: Ticks; readonly block: Block }> {
  const feed = tickSource(INSTRUMENTS)
  const keys = keysOf(INSTRUMENTS)
  for (let row = 0; row < rows; row += BLOCK_ROWS) {
    const ticks = tickColumns(Math.min(BLOCK_ROWS, rows - row))
    feed(ticks)
    const { count, at, key, bid, ask, size } = ticks
    for (let i = 0; i < count; i++) at[i] = Math.floor(at[i]!)
    const columns = { bid, ask, bidSize: size, askSize: size }
    yield { ticks, block: { schema: quotes.schema, count, at, key, keys, columns } }
  }
}
