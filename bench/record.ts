/** Makes tapes. As a program: `node bench/record.ts <folder> <market> <instruments> <rows>`. */
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { BLOCK_ROWS, type Block } from '../engine/log/block.ts'
import { blockOf, type Row } from '../engine/log/build.ts'
import type { Log } from '../engine/log/port.ts'
import { instruments as definitions, quotes } from '../engine/market/topics.ts'
import { dealtFeed } from './recorded.ts'
import { type Market, TAPE } from './tape.ts'
import { type Feed, type Ticks, tickColumns, tickSource } from './ticks.ts'

/** Appends so many rows of the market to the tape. */
export async function record(log: Log, market: Market, instruments: number, rows: number): Promise<void> {
  const batch: Block[] = []
  const flush = () => log.append(TAPE.topic, TAPE.partition, batch.splice(0))
  for (const block of blocksOf(market, instruments, rows)) {
    batch.push(block)
    if (batch.length === BATCH) await flush()
  }
  await flush()
}

/** Blocks that are made durable together. */
const BATCH = 64

function blocksOf(market: Market, instruments: number, rows: number): Iterable<Block> {
  if (market === 'sample') return sampled(rows)
  return fed(market === 'ticks' ? tickSource(instruments) : dealtFeed(instruments), instruments, rows)
}

function* sampled(rows: number): Iterable<Block> {
  const market = sampleMarket({ rows })
  const rowsOfInstruments = market.instruments.map(
    instrument => ({ key: instrument.id, ...instrument }) as unknown as Row,
  )
  yield blockOf(definitions.schema, rowsOfInstruments)
  yield* market.blocks()
}

function* fed(feed: Feed, instruments: number, rows: number): Iterable<Block> {
  const keys = Array.from({ length: instruments }, (_, i) => `K${i}`)
  for (let row = 0; row < rows; row += BLOCK_ROWS) {
    const ticks = tickColumns(Math.min(BLOCK_ROWS, rows - row))
    feed(ticks)
    yield quoteBlock(ticks, keys)
  }
}

const quoteBlock = ({ count, at, key, bid, ask, size }: Ticks, keys: readonly string[]): Block => ({
  schema: quotes.schema,
  count,
  at,
  key,
  keys,
  columns: { bid, ask, bidSize: size, askSize: size },
})

if (import.meta.main) {
  const [path, market, instruments, rows] = process.argv.slice(2)
  const log = await openLmdbLog({ path: path! })
  await record(log, market as Market, Number(instruments), Number(rows))
  await log.close()
}
