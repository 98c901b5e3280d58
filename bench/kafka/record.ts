import { type Client, openClient } from '../../connectors/kafka/client.ts'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { produce } from '../../connectors/kafka/produce.ts'
import { encodeBatch, type NewRecord } from '../../connectors/kafka/record-batch.ts'
import { openTopics } from '../../connectors/kafka/topics.ts'
import type { Ticks } from '../ticks.ts'
import { BLOCKS, type JsonTick, MESSAGES, marketBlocks } from './market.ts'

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
