import { openClient } from '../../connectors/kafka/client.ts'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { openReader } from '../../connectors/kafka/reader.ts'
import { type DigestState, digestBlock, digestHex, digestRecord, digestState } from '../../engine/log/digest.ts'
import type { Schema, Stamped } from '../../engine/market/topic.ts'
import { startHand } from '../hand.ts'
import { rowsOf } from '../ticks.ts'
import { INSTRUMENTS, marketBlocks } from './market.ts'

/** What leaves W2: of each instrument, how much to buy, or to sell where it is below zero. */
export const orderSchema: Schema = {
  id: 9003,
  name: 'bench-order',
  fields: [{ name: 'quantity', type: 'f64', unit: 'units' }],
}

/** An order as one message of JSON. */
export interface JsonOrder {
  readonly at: number
  readonly key: string
  readonly quantity: number
}

/** How many orders, and the digest of all with instrument and time. */
const checksumOf = (digest: DigestState): string => `${digest.count}|${digestHex(digest)}`

/** The orders that lie in a topic of ours. */
export const blockOrders = async (address: string, topic: string): Promise<string> => {
  const log = await openKafkaLog(parseKafka(address))
  const digest = digestState()
  for await (const { block } of log.read(topic, 0, 0)) digestBlock(digest, block)
  await log.close()
  return checksumOf(digest)
}

/** The orders that lie in a topic with one message for each. */
export const jsonOrders = async (address: string, topic: string): Promise<string> => {
  const client = await openClient(parseKafka(address))
  const reader = await openReader({ client })
  const digest = digestState()
  for await (const records of reader.read(topic, 0, 0)) {
    while (records.next()) {
      const order = JSON.parse(String(records.value())) as JsonOrder
      digestRecord(digest, orderSchema, order.key, order as unknown as Stamped)
    }
  }
  await reader.close()
  await client.close()
  return checksumOf(digest)
}

/** What every way must come to: the orders of the hand-written loop after so many ticks, for each of the numbers. */
export const expectedOrders = (tickCounts: readonly number[]): ReadonlyMap<number, string> => {
  const hand = startHand('W2', INSTRUMENTS)
  const digest = digestState()
  const expected = new Map<number, string>()
  let done = 0
  for (const { ticks } of marketBlocks(Math.max(...tickCounts))) {
    for (let row = 0; row < ticks.count; row++) {
      hand.push(rowsOf(ticks, row, row + 1))
      const quantity = hand.waiting(ticks.key[row]!)
      if (quantity !== 0) {
        const order = { at: ticks.at[row]!, quantity }
        digestRecord(digest, orderSchema, `K${ticks.key[row]}`, order as unknown as Stamped)
      }
      done += 1
      if (tickCounts.includes(done)) expected.set(done, checksumOf(digest))
    }
  }
  return expected
}
