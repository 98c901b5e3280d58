import { setTimeout as delay } from 'node:timers/promises'
import { type Admin, type Consumer, type ConsumerConfig, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { startHand } from '../hand.ts'
import { tickColumns } from '../ticks.ts'
import type { Job, Throughput } from './cases.ts'
import { INSTRUMENTS, type JsonTick, MESSAGES } from './market.ts'
import { measureRates } from './measure.ts'
import type { JsonOrder } from './orders.ts'

/*
 * Our own client mends kafkajs in place, for all of the process. What is measured here is kafkajs as it comes: whatever
 * loads that client is loaded when all is measured.
 */

export const connect = (address: string): Kafka =>
  new Kafka({ clientId: 'bench', brokers: [...parseKafka(address).brokers], logLevel: logLevel.NOTHING })

export const newProducer = async (kafka: Kafka): Promise<Producer> => {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  return producer
}

/** kafkajs begins anew after most errors. After the others nothing would come any more, and nobody be told. */
export const newConsumer = async (kafka: Kafka, config: ConsumerConfig): Promise<Consumer> => {
  const consumer = kafka.consumer(config)
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) throw error
  })
  await consumer.connect()
  return consumer
}

export const createTopic = async (kafka: Kafka, topic: string): Promise<void> => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic }], waitForLeaders: false })
  while (!(await isKnown(admin, topic))) await delay(50)
  await admin.disconnect()
}

/** A busy broker knows a topic a moment after it has created it; kafkajs fails when it waits for leaders then. */
const isKnown = async (admin: Admin, topic: string): Promise<boolean> => {
  try {
    await admin.fetchTopicMetadata({ topics: [topic] })
    return true
  } catch (error) {
    if ((error as { readonly type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return false
    throw error
  }
}

/** A tick as text to the order that it brings about, if any: the hand-written loop. */
const trader = (): ((text: string) => JsonOrder | null) => {
  const hand = startHand('W2', INSTRUMENTS)
  const row = tickColumns(1)
  return text => {
    const { at, key, bid, ask } = JSON.parse(text) as JsonTick
    const instrument = Number(key.slice(1))
    row.at[0] = at
    row.key[0] = instrument
    row.bid[0] = bid
    row.ask[0] = ask
    hand.push(row)
    const quantity = hand.waiting(instrument)
    return quantity === 0 ? null : { at, key, quantity }
  }
}

/**
 * kafkajs as it is written mostly: a message at a time, and each order sent with a call of its own; or a batch at a
 * time, with the orders of a batch in one call. All settings are its defaults: at least once.
 */
export const measureKafkajs = async (
  { address, name, ticks }: Job,
  by: 'eachMessage' | 'eachBatch',
): Promise<Throughput> => {
  const kafka = connect(address)
  const [source, topic] = [`${parseKafka(address).prefix}.${MESSAGES}`, `${parseKafka(address).prefix}.${name}.orders`]
  await createTopic(kafka, topic)
  const producer = await newProducer(kafka)
  const consumer = await newConsumer(kafka, { groupId: name })
  await consumer.subscribe({ topic: source, fromBeginning: true })
  const trade = trader()
  const send = (orders: readonly JsonOrder[]): Promise<unknown> => {
    const messages = orders.map(order => ({ key: order.key, value: JSON.stringify(order) }))
    return orders.length === 0 ? Promise.resolve() : producer.send({ topic, messages })
  }
  let done = 0
  const rates = await measureRates(ticks, async onRows => {
    await new Promise<void>((resolve, reject) => {
      const count = (): void => {
        done += 1
        onRows(done)
        if (done === ticks) resolve()
      }
      const eachMessage = async (value: Buffer | null): Promise<void> => {
        if (done === ticks) return
        const order = trade(String(value))
        if (order !== null) await send([order])
        count()
      }
      const eachBatch = async (values: readonly (Buffer | null)[]): Promise<void> => {
        const mine = values.slice(0, ticks - done)
        await send(mine.map(value => trade(String(value))).filter(order => order !== null))
        for (const _ of mine) count()
      }
      const running =
        by === 'eachMessage'
          ? consumer.run({ eachMessage: ({ message }) => eachMessage(message.value) })
          : consumer.run({ eachBatch: ({ batch }) => eachBatch(batch.messages.map(({ value }) => value)) })
      running.catch(reject)
    })
  })
  await consumer.disconnect()
  await producer.disconnect()
  const { jsonOrders } = await import('./orders.ts')
  return { ...rates, commitMs: null, checksum: await jsonOrders(address, topic) }
}
