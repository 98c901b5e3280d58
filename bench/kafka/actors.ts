import { openClient } from '../../connectors/kafka/client.ts'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { parseDecoder } from '../../connectors/kafka/foreign/decoder.ts'
import { foreignLog } from '../../connectors/kafka/foreign/foreign-log.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { openReader } from '../../connectors/kafka/reader.ts'
import { type ActorEnd, type Mailbox, runActor } from '../../engine/actor/actor.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Guarantee, Job, Throughput } from './cases.ts'
import { BLOCKS, MESSAGES } from './market.ts'
import { measureRates } from './measure.ts'
import { blockOrders } from './orders.ts'
import { w2Behaviour } from './w2.ts'

/** W2 as an actor: from the topic of blocks to a topic of orders. */
export const measureBlocks = (job: Job, guarantee: Guarantee): Promise<Throughput> =>
  measureActor(job, { topic: BLOCKS, partition: 0 }, guarantee)

/** The same from the topic with one message for each tick, through its declared decoder. */
export const measureMessages = async (job: Job, guarantee: Guarantee): Promise<Throughput> => {
  const config = parseKafka(job.address)
  const client = await openClient(config)
  const reader = await openReader({ client })
  const topic = `${config.prefix}.${MESSAGES}`
  const decoder = parseDecoder('json:at=at,key=key,bid=bid,ask=ask,unit=us')
  const log = foreignLog({ reader, decoders: { [topic]: decoder } })
  const found = await measureActor(job, { log, topic, partition: 0 }, guarantee)
  await reader.close()
  await client.close()
  return found
}

const measureActor = async (
  { address, name, ticks }: Job,
  mailbox: Mailbox,
  guarantee: Guarantee,
): Promise<Throughput> => {
  const log = await openKafkaLog({ ...parseKafka(address), guarantee })
  const topic = `${name}.orders`
  let end: ActorEnd | undefined
  const began = performance.now()
  const rates = await measureRates(ticks, async onRows => {
    end = await runActor({
      task: `${name}/0`,
      log,
      mailbox,
      behaviour: () => w2Behaviour(topic),
      clock: systemClock,
      onProgress: (_position, rows) => onRows(rows),
    })
  })
  const ms = performance.now() - began
  if (end?.type === 'stopped') throw end.error
  await log.close()
  return { ...rates, commitMs: ms / end!.counts.commits, checksum: await blockOrders(address, topic) }
}
