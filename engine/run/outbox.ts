import type { Block } from '../log/block.ts'
import { type BlockBuilder, blockBuilder } from '../log/build.ts'
import type { Output } from '../log/port.ts'
import type { Stamped, Topic } from '../market/topic.ts'

/** Collects rows for several topics into blocks, until the actor takes them for a commit. */
export interface Outbox {
  push(topic: Pick<Topic<Stamped>, 'name' | 'schema'>, key: string, record: Stamped): void
  take(): readonly Output[]
}

export const outbox = (partition: number): Outbox => {
  const builders = new Map<string, BlockBuilder>()
  const full: Output[] = []
  const put = (topic: string, block: Block): number => full.push({ topic, partition, block })
  return {
    push({ name, schema }, key, record) {
      const builder = builders.get(name) ?? blockBuilder(schema)
      builders.set(name, builder)
      builder.push(key, record.at, record)
      if (builder.isFull()) put(name, builder.take())
    },
    take() {
      for (const [topic, builder] of builders) if (builder.block.count > 0) put(topic, builder.take())
      return full.splice(0)
    },
  }
}
