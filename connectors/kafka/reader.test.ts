import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Broker, type Client, protocolError, type Request } from './client.ts'
import type { FetchAnswer } from './fetch.ts'
import { openReader, type PartitionReader } from './reader.ts'
import { encodeBatch } from './record-batch.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const place = { topic: 'quotes', partition: 0 }
/** In a fetch of this one partition: behind the options, the name, its partitions, the partition and the epoch. */
const FETCH_OFFSET_AT = 29 + 2 + place.topic.length + 4 + 4 + 4

/** One record for each offset, as a broker has them. */
const records = (from: number, until: number): Buffer => {
  const values = Array.from({ length: until - from }, (_, n) => ({
    key: null,
    value: Buffer.from(`v${from + n}`),
    timestamp: 0,
  }))
  if (values.length === 0) return Buffer.alloc(0)
  const batch = encodeBatch({ records: values })
  batch.writeBigInt64BE(BigInt(from), 0)
  return batch
}

/** What a broker says: up to which offset it knows that records count, and what its partition ends at for who asks. */
interface Node {
  known: number
  end: number | Error
}

/** Brokers, of which `led.by` leads the partition. */
const cluster = (nodes: readonly Node[]) => {
  const led = { by: 0 }
  const brokerOf = (nodeId: number): Broker => ({
    nodeId,
    version: () => 99,
    async ask() {
      const { end } = nodes[nodeId]!
      if (end instanceof Error) throw end
      return { responses: [{ partitions: [{ offset: String(end) }] }] } as never
    },
    async send<Answer>({ body }: Request<Answer>) {
      await delay(2)
      const { known } = nodes[nodeId]!
      const from = Number(body.readBigInt64BE(FETCH_OFFSET_AT))
      const set = records(from, Math.max(from, known))
      const answer: FetchAnswer = {
        throttleMs: 0,
        error: 0,
        partitions: [{ ...place, error: 0, end: known, aborted: [], replica: -1, set }],
      }
      return answer as Answer
    },
  })
  const client: Client = {
    leader: async () => brokerOf(led.by),
    broker: async nodeId => brokerOf(nodeId),
    coordinator: () => Promise.reject(new Error('no coordinator')),
    controller: () => Promise.reject(new Error('no controller')),
    brokers: async () => [],
    partitions: async () => new Map(),
    forget: () => undefined,
    changes: () => 0,
    dropped: () => undefined,
    another: async () => client,
    close: async () => undefined,
  }
  return { client, led }
}

const valuesOf = async (reader: PartitionReader, until: number): Promise<string> => {
  const values: string[] = []
  for await (const records of reader.read(place.topic, 0, 0, until))
    while (records.next()) values.push(String(records.value()))
  return values.join(' ')
}

it('leaves a broker that does not know that it leads no more', async () => {
  const { client, led } = cluster([
    { known: 5, end: 5 },
    { known: 6, end: 6 },
  ])
  const reader = await openReader({ client })
  const arrived = reader.arrival(place.topic, 0, 5)
  await delay(20)
  led.by = 1
  vi.advanceTimersByTime(31_000)
  expect(await arrived).toBe(6)
  await reader.close()
})

it('waits for a new leader that does not know yet how far its partition goes', async () => {
  const nodes = [
    { known: 3, end: 6 },
    { known: 3, end: protocolError(5) as number | Error },
  ]
  const { client, led } = cluster(nodes)
  const reader = await openReader({ client })
  const read = valuesOf(reader, 6)
  await delay(20)
  led.by = 1
  for (let second = 0; second < 30; second++) {
    vi.advanceTimersByTime(1_000)
    await delay(5)
  }
  Object.assign(nodes[1]!, { known: 6, end: 6 })
  expect(await read).toBe('v0 v1 v2 v3 v4 v5')
  await reader.close()
})

it('says what is gone for good when the leader has lost it', async () => {
  const nodes = [{ known: 3, end: 6 }]
  const { client } = cluster(nodes)
  const reader = await openReader({ client })
  const read = expect(valuesOf(reader, 6)).rejects.toMatchObject({ code: 'LOG_GONE' })
  await delay(20)
  nodes[0]!.end = 3
  for (let second = 0; second < 12; second++) {
    vi.advanceTimersByTime(1_000)
    await delay(5)
  }
  await read
  await reader.close()
})
