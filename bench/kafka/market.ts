import { type Client, openClient } from '../../connectors/kafka/client.ts'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { produce } from '../../connectors/kafka/produce.ts'
import { encodeBatch, type NewRecord } from '../../connectors/kafka/record-batch.ts'
import { openTopics } from '../../connectors/kafka/topics.ts'
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

/** Writes so many ticks as blocks. */
export const recordBlocks = async (address: string, rows: number): Promise<void> => {
  const log = await openKafkaLog(parseKafka(address))
  for (const { block } of marketBlocks(rows)) await log.append(BLOCKS, 0, [block])
  await log.close()
}

/** Writes so many ticks as messages, as a producer would that lingers for a while. */
export const recordMessages = async (address: string, rows: number): Promise<void> => {
  const config = parseKafka(address)
  const client = await openClient(config)
  const topic = `${config.prefix}.${MESSAGES}`
  const topics = openTopics({ client, ...config })
  await topics.ensure({ topic }, 0)
  for (const { ticks } of marketBlocks(rows))
    for (let from = 0; from < ticks.count; from += BATCH_RECORDS) await send(client, topic, ticks, from)
  await client.close()
}

const BATCH_RECORDS = 512

const send = async (client: Client, topic: string, ticks: Ticks, from: number): Promise<void> => {
  const records: NewRecord[] = []
  const timestamp = Date.now()
  for (let row = from; row < Math.min(from + BATCH_RECORDS, ticks.count); row++) {
    const [at, bid, ask] = [ticks.at[row]!, ticks.bid[row]!, ticks.ask[row]!]
    const tick: JsonTick = { at, key: `K${ticks.key[row]}`, bid, ask }
    records.push({ key: null, value: Buffer.from(JSON.stringify(tick)), timestamp })
  }
  await produce(client, [{ topic, partition: 0, batch: encodeBatch({ records }) }], null)
}
