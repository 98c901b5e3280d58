import { sampleMarket } from '../../connectors/sample/sample.ts'
import { BLOCK_ROWS, type Block } from '../../engine/log/block.ts'
import { blockBuilder, blockOf, type Row, rowOf } from '../../engine/log/build.ts'
import type { Instrument } from '../../engine/market/instrument.ts'
import { instruments, quotes } from '../../engine/market/topics.ts'

const NAMES = ['EURUSD', 'GBPUSD', 'XAUUSD', 'BTCUSDT', 'ETHUSDT']

/** A market of so many instruments, merged by time: the sample market under several seeds. Definitions stand first. */
export const wideMarket = (count: number, rows: number): readonly Block[] => {
  const seeds = Array.from({ length: Math.ceil(count / NAMES.length) }, (_, n) => n + 1)
  const share = Math.ceil(rows / seeds.length)
  const definitions: Row[] = []
  const ticks: Row[] = []
  for (const seed of seeds) {
    const names = NAMES.slice(0, count - definitions.length)
    const market = sampleMarket({ seed, instruments: names, rows: share })
    for (const defined of market.instruments) definitions.push(definition(defined, seed))
    for (const block of market.blocks())
      for (let row = 0; row < block.count; row++) {
        const tick = rowOf(block, row)
        ticks.push({ ...tick, key: `${tick.key}-${seed}` })
      }
  }
  ticks.sort((a, b) => a.at - b.at)
  return [blockOf(instruments.schema, definitions), ...blocksOf(ticks.slice(0, rows))]
}

const definition = (defined: Instrument, seed: number): Row => {
  const id = `${defined.id}-${seed}`
  return { ...defined, id, key: id } as unknown as Row
}

const blocksOf = (ticks: readonly Row[]): readonly Block[] => {
  const builder = blockBuilder(quotes.schema)
  const blocks: Block[] = []
  for (const tick of ticks) {
    builder.push(tick.key, tick.at, tick)
    if (builder.block.count === BLOCK_ROWS) blocks.push(builder.take())
  }
  return builder.block.count > 0 ? [...blocks, builder.take()] : blocks
}
