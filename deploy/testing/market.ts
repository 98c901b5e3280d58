import { sampleMarket } from '../../connectors/sample/sample.ts'
import { BLOCK_ROWS, type Block } from '../../engine/log/block.ts'
import { blockBuilder, blockOf, type Row, rowOf } from '../../engine/log/build.ts'
import type { Instrument } from '../../engine/market/instrument.ts'
import { instruments, quotes } from '../../engine/market/topics.ts'

const NAMES = ['EURUSD', 'GBPUSD', 'XAUUSD', 'BTCUSDT', 'ETHUSDT']

/** A market of so many instruments, merged by time: the sample market under several seeds. Definitions stand first. */
export const wideMarket = (count: number, rows: number): readonly Block[] => [...wideBlocks(count, rows, BLOCK_ROWS)]

/** The same as it comes, in blocks of so many rows. */
export function* wideBlocks(count: number, rows: number, blockRows: number): Generator<Block> {
  const seeds = Array.from({ length: Math.ceil(count / NAMES.length) }, (_, n) => n + 1)
  const markets = seeds.map((seed, n) => {
    const names = NAMES.slice(0, count - n * NAMES.length)
    return { seed, ...sampleMarket({ seed, instruments: names, rows: Math.ceil(rows / seeds.length) }) }
  })
  const definitions = markets.flatMap(({ seed, instruments }) => instruments.map(defined => definition(defined, seed)))
  yield blockOf(instruments.schema, definitions)
  const builder = blockBuilder(quotes.schema, blockRows)
  let left = rows
  for (const tick of mergedByTime(markets.map(({ seed, blocks }) => ticksOf(blocks(), seed)))) {
    if (left-- === 0) break
    builder.push(tick.key, tick.at, tick)
    if (builder.isFull()) yield builder.take()
  }
  if (builder.block.count > 0) yield builder.take()
}

const definition = (defined: Instrument, seed: number): Row => {
  const id = `${defined.id}-${seed}`
  return { ...defined, id, key: id } as unknown as Row
}

function* ticksOf(blocks: Iterable<Block>, seed: number): Generator<Row> {
  for (const block of blocks)
    for (let row = 0; row < block.count; row++) {
      const tick = rowOf(block, row)
      yield { ...tick, key: `${tick.key}-${seed}` }
    }
}

/** Of two at the same time, the one of the earlier stream is first. */
function* mergedByTime(streams: readonly Iterator<Row>[]): Generator<Row> {
  const next = streams.map(stream => stream.next())
  while (true) {
    let first = -1
    for (const [n, { done, value }] of next.entries())
      if (!done && (first < 0 || value.at < next[first]!.value.at)) first = n
    if (first < 0) return
    yield next[first]!.value
    next[first] = streams[first]!.next()
  }
}
