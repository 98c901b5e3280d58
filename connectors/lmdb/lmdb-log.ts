import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { OpenBlock } from '../../engine/log/build.ts'
import { checkOffset, checkTask } from '../../engine/log/check.ts'
import { decodeBlock, type UsedBlocks } from '../../engine/log/codec.ts'
import type { Committed, Log, LogRecord, Restored, TopicInfo } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { NEW_TASK, openBook, readEntry } from './book.ts'
import { appendStep, commitStep, dropStep, fenceStep } from './steps.ts'
import { openStore, type Store } from './store.ts'

export interface LmdbLogOptions {
  /** The folder of the log; made when it is not there. On a local disk: LMDB does not work over a network. */
  readonly path: string
  /** Default false. Any number may read while one process writes; to write is then a Defect. */
  readonly readOnly?: boolean
}

/**
 * A log in a folder of this machine, with no server: the embedded backend.
 *
 * Delivers  What was acknowledged was flushed to the disk; a commit is one LMDB transaction. The file grows by itself
 *           and does not shrink: dropped topics make room for new records.
 * Blocks    Nothing: blocks are encoded before the call returns; many calls share a flush. Who does not wait for the
 *           acknowledgements holds the bytes in memory.
 * Ends      `close` waits for what was called, then gives the log back.
 * Fails     Fault LOG_LOCKED while another process writes (a dead one does not count) or has taken the log over; LOG_IO
 *           on a full disk, a folder that cannot be written, a path that is no folder: nothing is written from then on
 *           until the log is opened again; LOG_CORRUPT for a damaged record, the others stay readable.
 *
 * @example
 * const log = await openLmdbLog({ path: 'data/log' })
 * await log.append('quotes', 0, [block])
 */
export const openLmdbLog = async ({ path, readOnly = false }: LmdbLogOptions): Promise<Log> => {
  const store = await openStore(path, readOnly)
  const draft = openBook(store)
  let closing: Promise<void> | undefined
  const checkOpen = (): void => {
    if (closing !== undefined) throw new MillraceError('LOG_CLOSED', `the log at ${path} was closed`)
  }
  const whileOpen = async <T>(act: () => T | Promise<T>): Promise<T> => {
    checkOpen()
    const ready = store.ready()
    if (ready) await ready
    return act()
  }
  const end = (topic: string, partition: number): number => readEntry(store, ['partition', topic, partition])?.end ?? 0
  return {
    capabilities: { name: 'lmdb', durable: true, shared: false, atomic: true },
    topics: () => whileOpen(() => readTopics(store)),
    append: (topic, partition, blocks) =>
      whileOpen(async () => {
        const step = draft()
        const first = step.get(['partition', topic, partition])?.end ?? 0
        if (blocks.length > 0)
          await store.write(
            appendStep(
              step,
              blocks.map(block => ({ topic, partition, block })),
            ),
          )
        return first
      }),
    read: (topic, partition, from, { until = Number.POSITIVE_INFINITY } = {}) => {
      checkOpen()
      checkOffset(from)
      const schemas = readEntry(store, ['topic', topic])?.schemas ?? []
      const range = { topic, partition, from, end: Math.min(until, end(topic, partition)) }
      return records(store, schemas, range, checkOpen)
    },
    end: (topic, partition) => whileOpen(() => end(topic, partition)),
    arrival: (topic, partition, offset, signal) =>
      arrival(() => whileOpen(() => end(topic, partition)), offset, signal),
    fence: task =>
      whileOpen(async () => {
        checkTask(task)
        const step = draft()
        await store.write(fenceStep(step, task))
        return restored(store, task)
      }),
    commit: step => whileOpen(() => store.write(commitStep(draft(), step))),
    committed: task => whileOpen(() => committed(store, task)),
    lag: (task, topic, partition) =>
      whileOpen(() => Math.max(0, end(topic, partition) - committed(store, task).position.offset)),
    drop: topic => whileOpen(() => store.write(dropStep(draft(), topic))),
    close: () => (closing ??= store.close()),
  }
}

/** How often a reader that has read all looks for more. */
const LOOK_MS = 5

/** Another process may be the one that writes, so there is nobody to wake us. */
const arrival = async (end: () => Promise<number>, offset: number, signal?: AbortSignal): Promise<number> => {
  let found = await end()
  while (!signal?.aborted && found <= offset) {
    await systemClock.sleep(LOOK_MS, signal)
    found = await end()
  }
  return found
}

interface Range {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly end: number
}

async function* records(
  store: Store,
  schemas: readonly Schema[],
  { topic, partition, from, end }: Range,
  checkOpen: () => void,
): AsyncGenerator<LogRecord> {
  const schemaById = (id: number): Schema | undefined => schemas.find(schema => schema.id === id)
  const used: UsedBlocks = new Map()
  for (let offset = from; offset < end; offset++) {
    const ready = store.ready()
    if (ready) await ready
    checkOpen()
    const bytes = store.record([topic, partition, offset])
    let block: OpenBlock
    try {
      if (bytes === undefined) throw new MillraceError('LOG_CORRUPT', 'the record is missing')
      block = decodeBlock(bytes, schemaById, used)
    } catch (cause) {
      throw new MillraceError('LOG_CORRUPT', `${topic}/${partition}/${offset}: ${messageOf(cause)}`, { cause })
    }
    yield { offset, block }
  }
}

const readTopics = (store: Store): TopicInfo[] =>
  store.keys('partition').flatMap(([, topic, partition]) => readEntry(store, ['partition', topic!, partition!]) ?? [])

/** The last commit of the task, as flushed. */
const committed = (store: Store, task: string): Committed => {
  const { position } = readEntry(store, ['task', task]) ?? NEW_TASK
  return { position, progress: store.state(['progress', task]) ?? null }
}

/** That, and its last snapshot. */
const restored = (store: Store, task: string): Restored => {
  const { epoch, snapshotAt } = readEntry(store, ['task', task])!
  const bytes = store.state(['snapshot', task])
  return {
    epoch,
    ...committed(store, task),
    snapshot: bytes === undefined || snapshotAt === null ? null : { position: snapshotAt, bytes },
  }
}
