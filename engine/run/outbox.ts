import { type BlockBuilder, blockBuilder } from '../log/build.ts'
import type { Output } from '../log/port.ts'
import type { Schema, Stamped, Topic } from '../market/topic.ts'

/**
 * Collects rows for several topics into blocks, until the actor takes them for a commit. A topic may have rows of
 * several schemas: they stay in the order in which they came.
 */
export interface Outbox {
  push(topic: Pick<Topic<Stamped>, 'name' | 'schema'>, key: string, record: Stamped): void
  take(): readonly Output[]
}

export const outbox = (partition: number): Outbox => {
  const builders = new Map<Schema, BlockBuilder>()
  const open = new Map<string, BlockBuilder>()
  const full: Output[] = []
  const close = (topic: string, builder: BlockBuilder): void => {
    if (builder.block.count > 0) full.push({ topic, partition, block: builder.take() })
  }
  const turnTo = (topic: string, schema: Schema): BlockBuilder => {
    const last = open.get(topic)
    if (last) close(topic, last)
    const builder = builders.get(schema) ?? blockBuilder(schema)
    builders.set(schema, builder)
    open.set(topic, builder)
    return builder
  }
  return {
    push({ name, schema }, key, record) {
      let builder = open.get(name)
      if (builder?.block.schema !== schema) builder = turnTo(name, schema)
      builder.push(key, record.at, record)
      if (builder.isFull()) close(name, builder)
    },
    take() {
      for (const [topic, builder] of open) close(topic, builder)
      return full.splice(0)
    },
  }
}
