import { MillraceError } from '../errors.ts'
import type { Schema } from '../market/topic.ts'
import type { Block } from './block.ts'
import { sliceBlock } from './build.ts'
import { admitSchema, checkBlock, checkEpoch, checkOffset, checkTask, checkTopic, namesOf } from './check.ts'
import type { Commit, Committed, Log, LogRecord, Output, Restored, TopicInfo } from './port.ts'

/**
 * A log in the memory of this process, for tests and backtests. Blocks are copied as they come, not as they are read.
 *
 * @example
 * const log = memoryLog()
 * const quote = { key: 'EURUSD', at: 1, bid: 1.1, ask: 1.2, bidSize: 0, askSize: 0 }
 * await log.append('quotes', 0, [blockOf(quotes.schema, [quote])]) // => 0
 * await log.end('quotes', 0) // => 1
 */
export const memoryLog = (): Log => {
  const topics: Topics = new Map()
  const tasks = new Map<string, Restored>()
  let closed = false
  const checkOpen = (): void => {
    if (closed) throw new MillraceError('LOG_CLOSED', 'the memory log was closed')
  }
  const whileOpen = async <T>(act: () => T): Promise<T> => {
    checkOpen()
    return act()
  }
  const end = (topic: string, partition: number): number => blocksOf(topics, topic, partition).length
  const { wake, arrival } = arrivals(checkOpen, end)
  return {
    capabilities: { name: 'memory', durable: false, shared: false, atomic: true },
    topics: () => whileOpen(() => describe(topics)),
    append: (topic, partition, blocks) =>
      whileOpen(() => {
        const first = end(topic, partition)
        store(
          topics,
          blocks.map(block => ({ topic, partition, block })),
        )
        wake()
        return first
      }),
    read: (topic, partition, from, { until = Number.POSITIVE_INFINITY } = {}) => {
      checkOpen()
      checkOffset(from)
      return records(blocksOf(topics, topic, partition), from, Math.min(until, end(topic, partition)), checkOpen)
    },
    end: (topic, partition) => whileOpen(() => end(topic, partition)),
    arrival,
    fence: task =>
      whileOpen(() => {
        checkTask(task)
        const last = tasks.get(task) ?? NEW_TASK
        const restored = { ...last, epoch: last.epoch + 1 }
        tasks.set(task, restored)
        return restored
      }),
    commit: step =>
      whileOpen(() => {
        const task = tasks.get(step.task) ?? NEW_TASK
        checkEpoch(step, task.epoch)
        store(topics, step.outputs)
        tasks.set(step.task, afterCommit(task, step))
        wake()
      }),
    committed: task => whileOpen(() => lastCommit(tasks.get(task))),
    lag: (task, topic, partition) =>
      whileOpen(() => Math.max(0, end(topic, partition) - lastCommit(tasks.get(task)).position.offset)),
    drop: topic => whileOpen(() => void topics.delete(topic)),
    close: async () => {
      closed = true
      wake()
    },
  }
}

interface MemoryTopic {
  readonly schemas: readonly Schema[]
  readonly partitions: Map<number, Block[]>
}

type Topics = Map<string, MemoryTopic>

const blocksOf = (topics: Topics, topic: string, partition: number): readonly Block[] =>
  topics.get(topic)?.partitions.get(partition) ?? []

const NEW_TASK: Restored = { epoch: 0, position: { offset: 0, row: 0 }, progress: null, snapshot: null }

const lastCommit = ({ position, progress }: Restored = NEW_TASK): Committed => ({ position, progress })

const afterCommit = (task: Restored, { position, progress, snapshot }: Commit): Restored => ({
  epoch: task.epoch,
  position,
  progress: progress.slice(),
  snapshot: snapshot === undefined ? task.snapshot : { position, bytes: snapshot.slice() },
})

/** Checks all and then keeps all, so that a refused block leaves nothing behind. */
const store = (topics: Topics, outputs: readonly Output[]): void => {
  const schemas = new Map<string, readonly Schema[]>()
  for (const { topic, partition, block } of outputs) {
    checkTopic(topic, partition)
    checkBlock(block)
    schemas.set(topic, admitSchema(topic, schemas.get(topic) ?? topics.get(topic)?.schemas ?? [], block.schema))
  }
  for (const { topic, partition, block } of outputs) {
    const partitions = topics.get(topic)?.partitions ?? new Map<number, Block[]>()
    const blocks = partitions.get(partition) ?? []
    blocks.push(sliceBlock(block, 0, block.count))
    partitions.set(partition, blocks)
    topics.set(topic, { schemas: schemas.get(topic)!, partitions })
  }
}

/** Those who wait for records, and who wakes them. */
const arrivals = (checkOpen: () => void, end: (topic: string, partition: number) => number) => {
  const waiting = new Set<() => void>()
  const woken = (signal?: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      const wake = (): void => {
        waiting.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal?.addEventListener('abort', wake)
    })
  const arrival: Log['arrival'] = async (topic, partition, offset, signal) => {
    checkOpen()
    while (!signal?.aborted && end(topic, partition) <= offset) {
      await woken(signal)
      checkOpen()
    }
    return end(topic, partition)
  }
  return { arrival, wake: () => waiting.forEach(wake => void wake()) }
}

async function* records(
  blocks: readonly Block[],
  from: number,
  end: number,
  checkOpen: () => void,
): AsyncGenerator<LogRecord> {
  for (let offset = from; offset < end; offset++) {
    checkOpen()
    yield { offset, block: blocks[offset]! }
  }
}

const describe = (topics: Topics): TopicInfo[] => {
  const infos: TopicInfo[] = []
  for (const [topic, { schemas, partitions }] of topics)
    for (const [partition, blocks] of partitions) {
      const rows = blocks.reduce((sum, block) => sum + block.count, 0)
      const bytes = blocks.reduce((sum, block) => sum + sizeOf(block), 0)
      const last = blocks.at(-1)!
      const [firstAt, lastAt] = [blocks[0]!.at[0]!, last.at[last.count - 1]!]
      const schema = namesOf(schemas)
      infos.push({ topic, partition, schema, end: blocks.length, rows, bytes, firstAt, lastAt })
    }
  return infos.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

const sizeOf = (block: Block): number => {
  let bytes = block.at.byteLength + block.key.byteLength
  for (const column of Object.values(block.columns))
    bytes += column instanceof Float64Array ? column.byteLength : column.join('').length
  return bytes
}
