import type { Consumer, Kafka, Producer, RecordMetadata } from 'kafkajs'
import type { Job } from './cases.ts'
import { connect, createTopic, newConsumer, newProducer } from './kafkajs.ts'
import { type Arrived, midOf, type Sent, type Way } from './latency.ts'

/**
 * kafkajs alone, at least once: a message for each tick, and what a batch brings is sent on in as few calls as the
 * broker takes. It begins when both consumers have their partition.
 */
export const openKafkajs = async ({ address, name }: Job, arrived: Arrived): Promise<Way> => {
  const kafka = connect(address)
  const [source, target] = [`${name}.quotes`, `${name}.mids`]
  for (const topic of [source, target]) await createTopic(kafka, topic)
  const [feed, sink] = (await Promise.all([newProducer(kafka), newProducer(kafka)])) as [Producer, Producer]
  const actor = await consume(kafka, source, async texts => {
    for (let from = 0; from < texts.length; from += SEND_MESSAGES)
      await sink.send({ topic: target, messages: texts.slice(from, from + SEND_MESSAGES).map(midText) })
  })
  const reader = await consume(kafka, target, async texts => {
    for (const { at, mid } of texts.map(text => JSON.parse(text) as { at: number; mid: number })) arrived(at, mid)
  })
  const sends: Promise<RecordMetadata[]>[] = []
  return {
    send(ticks) {
      sends.push(feed.send({ topic: source, messages: ticks.map(tick => ({ value: JSON.stringify(tick) })) }))
    },
    async close() {
      // A producer that is disconnected while it sends may connect anew, and that keeps the process.
      await Promise.all(sends)
      await Promise.all([actor, reader].map(one => one.disconnect()))
      await Promise.all([feed, sink].map(one => one.disconnect()))
    },
  }
}

/** A megabyte is what a broker takes at most. */
const SEND_MESSAGES = 5_000
/** How long the broker may keep a fetch that finds nothing. Shorter and longer ones were no faster. */
const POLL_MS = 500

const midText = (text: string): { readonly value: string } => {
  const tick = JSON.parse(text) as Sent
  return { value: JSON.stringify({ at: tick.at, mid: midOf(tick) }) }
}

const consume = async (
  kafka: Kafka,
  topic: string,
  take: (texts: readonly string[]) => Promise<void>,
): Promise<Consumer> => {
  const consumer = await newConsumer(kafka, { groupId: topic, maxWaitTimeInMs: POLL_MS })
  const joined = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      if (memberAssignment[topic]?.length) resolve()
      else reject(new Error(`kafkajs has joined the group of ${topic}, and was given no partition`))
    })
  })
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachBatch: ({ batch }) => take(batch.messages.map(({ value }) => String(value))) })
  await joined
  return consumer
}
