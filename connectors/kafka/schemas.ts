import { admitSchema } from '../../engine/log/check.ts'
import type { Schema } from '../../engine/market/topic.ts'
import type { Client } from './client.ts'
import { produce } from './produce.ts'
import type { PartitionReader } from './reader.ts'
import { encodeBatch, type NewRecord } from './record-batch.ts'
import { withRetries } from './retry.ts'
import type { Topics } from './topics.ts'

/** Which schemas topics hold, for every process: a compacted topic, keyed 'topic id'. */
export interface Schemas {
  /** In the order of their first appearance. */
  of(topic: string): readonly Schema[]
  topics(): readonly string[]
  find(topic: string, id: number): Schema | undefined
  /** Makes sure that the topic may hold the schemas, and that all know them. Fails: Defect LOG_SCHEMA. */
  admit(topic: string, schemas: readonly Schema[]): Promise<void>
  /** Reads what others have added. */
  refresh(): Promise<void>
  drop(topic: string): Promise<void>
}

export interface SchemasOptions {
  readonly client: Client
  readonly reader: PartitionReader
  readonly topics: Topics
  /** The topic, as the cluster knows it. */
  readonly topic: string
}

export const openSchemas = async ({ client, reader, topics, topic: place }: SchemasOptions): Promise<Schemas> => {
  const known = new Map<string, readonly Schema[]>()
  let next = 0
  const refresh = async (): Promise<void> => {
    const { end } = await reader.bounds(place, 0)
    for await (const records of reader.read(place, 0, next, end)) {
      while (records.next()) {
        const [topic, id] = String(records.key()).split(' ') as [string, string]
        const value = records.value()
        if (value === null) known.delete(topic)
        else {
          const schema = JSON.parse(value.toString()) as Schema
          known.set(topic, [...(known.get(topic) ?? []).filter(one => one.id !== Number(id)), schema])
        }
        next = records.offset + 1
      }
    }
    next = Math.max(next, end)
  }
  /** The same line twice does no harm, so this needs no producer that remembers. */
  const write = async (records: readonly NewRecord[]): Promise<void> => {
    await topics.ensure({ topic: place, partitions: 1, compacted: true }, 0)
    await withRetries(
      () => produce(client, [{ topic: place, partition: 0, batch: encodeBatch({ records }) }], null),
      place,
      () => client.forget(),
    )
  }
  const missing = (topic: string, schemas: readonly Schema[]): readonly Schema[] => {
    let admitted = known.get(topic) ?? []
    const before = admitted.length
    for (const schema of schemas) admitted = admitSchema(topic, admitted, schema)
    return admitted.slice(before)
  }
  /** One change at a time: what the next one adds depends on what is there by then. */
  let changing: Promise<unknown> = Promise.resolve()
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const done = changing.then(change)
    changing = done.catch(() => undefined)
    return done
  }
  await refresh()
  return {
    of: topic => known.get(topic) ?? [],
    topics: () => [...known.keys()].sort(),
    find: (topic, id) => known.get(topic)?.find(schema => schema.id === id),
    refresh,
    async admit(topic, schemas) {
      if (missing(topic, schemas).length === 0) return
      await inTurn(async () => {
        if (missing(topic, schemas).length === 0) return
        await refresh()
        const lines = missing(topic, schemas).map(schema => lineOf(topic, schema.id, schema))
        if (lines.length === 0) return
        await write(lines)
        await refresh()
      })
    },
    drop: topic =>
      inTurn(async () => {
        await refresh()
        const lines = (known.get(topic) ?? []).map(({ id }) => lineOf(topic, id, null))
        if (lines.length === 0) return
        await write(lines)
        await refresh()
      }),
  }
}

/** Without a schema: the topic does not hold it any more. */
const lineOf = (topic: string, id: number, schema: Schema | null): NewRecord => ({
  key: Buffer.from(`${topic} ${id}`),
  value: schema === null ? null : Buffer.from(JSON.stringify(schema)),
  timestamp: Date.now(),
})
