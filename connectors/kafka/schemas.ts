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

export const openSchemas = async (options: SchemasOptions): Promise<Schemas> => {
  const { known, refresh } = openBook(options)
  const missing = (topic: string, schemas: readonly Schema[]): readonly Schema[] => {
    let admitted = known.get(topic) ?? []
    const before = admitted.length
    for (const schema of schemas) admitted = admitSchema(topic, admitted, schema)
    return admitted.slice(before)
  }
  /** One change at a time: what the next one adds depends on what is there by then. */
  let changing: Promise<unknown> = Promise.resolve()
  const change = (lines: () => readonly NewRecord[]): Promise<void> => {
    const done = changing.then(async () => {
      await refresh()
      const records = lines()
      if (records.length === 0) return
      await write(options, records)
      await refresh()
    })
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
      await change(() => missing(topic, schemas).map(schema => lineOf(topic, schema)))
      try {
        missing(topic, schemas)
      } catch (error) {
        // Another process was first, with another shape: its line is written again, or compaction would keep ours.
        await write(
          options,
          (known.get(topic) ?? []).map(schema => lineOf(topic, schema)),
        )
        throw error
      }
    },
    drop: topic => change(() => (known.get(topic) ?? []).map(schema => lineOf(topic, schema, null))),
  }
}

/** What is written in the topic, as far as it was read: of an id the first line counts. */
const openBook = ({ reader, topic: place }: SchemasOptions) => {
  const known = new Map<string, readonly Schema[]>()
  let next = 0
  const read = async (): Promise<void> => {
    const end = await reader.end(place, 0)
    for await (const records of reader.read(place, 0, next, end))
      while (records.next()) {
        const [topic] = String(records.key()).split(' ') as [string]
        const value = records.value()
        const schema = value === null ? null : (JSON.parse(value.toString()) as Schema)
        const schemas = known.get(topic) ?? []
        if (schema === null) known.delete(topic)
        else if (schemas.every(({ id }) => id !== schema.id)) known.set(topic, [...schemas, schema])
        next = records.offset + 1
      }
    next = Math.max(next, end)
  }
  let reading: Promise<unknown> = Promise.resolve()
  const refresh = (): Promise<void> => {
    const done = reading.then(read)
    reading = done.catch(() => undefined)
    return done
  }
  return { known, refresh }
}

/** The same line twice does no harm, so this needs no producer that remembers. */
const write = async ({ client, topics, topic }: SchemasOptions, records: readonly NewRecord[]): Promise<void> => {
  await topics.ensure({ topic, partitions: 1, compacted: true }, 0)
  const send = () => produce(client, [{ topic, partition: 0, batch: encodeBatch({ records }) }], null)
  await withRetries(send, topic, () => client.forget())
}

/** With null: the topic does not hold it any more. */
const lineOf = (topic: string, schema: Schema, value: Schema | null = schema): NewRecord => ({
  key: Buffer.from(`${topic} ${schema.id}`),
  value: value === null ? null : Buffer.from(JSON.stringify(value)),
  timestamp: Date.now(),
})
