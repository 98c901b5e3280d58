import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { isMillraceError, MillraceError } from '../engine/errors.ts'
import type { Block } from '../engine/log/block.ts'
import { blockOf, type Row, sliceBlock } from '../engine/log/build.ts'
import { digestBlock, digestHex, digestState } from '../engine/log/digest.ts'
import { spread } from '../engine/log/partition.ts'
import type { Log, TopicInfo } from '../engine/log/port.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import type { Field, Schema } from '../engine/market/topic.ts'
import { instruments } from '../engine/market/topics.ts'
import { rowsOf } from '../engine/run/replay.ts'
import type { Config } from './config.ts'
import { makeFolder } from './files.ts'
import { openLog } from './logs.ts'
import { near } from './near.ts'
import { count } from './terminal.ts'

/** What is known of a recorded topic. */
export interface Tape {
  readonly topic: string
  /**
   * `begun` until the last row is durable, so that an import that was killed never looks whole; `part`: the source
   * failed on the way, and what was good is kept; `foreign`: somebody else wrote the topic.
   */
  readonly state: 'begun' | 'whole' | 'part' | 'foreign'
  /** The file, or the sample market. */
  readonly source: string
  /** Of the source and of the options it was read with: the same print is the same tape. */
  readonly print: string
  readonly rows: number
  /** Digest of all rows, 32 hex digits. */
  readonly digest: string
  /** What the door counted: refused, crossed, locked ... */
  readonly counts: Readonly<Record<string, number>>
}

/** The log of an address, else that of the home folder, to write. */
export const openTapes = async (config: Config, address: string | null = null): Promise<Log> => {
  if (address !== null) return openLog(config, address)
  makeFolder(config.home)
  return openLmdbLog({ path: config.tapes })
}

/**
 * Reads the log of an address; else that of the home folder, beside a writer if there is one, and null when nothing was
 * ever recorded there.
 */
export const readTapes = async <T>(
  config: Config,
  read: (log: Log) => Promise<T>,
  address: string | null = null,
): Promise<T | null> => {
  if (address === null && !existsSync(join(config.tapes, 'data.mdb'))) return null
  const log = await (address === null ? openLmdbLog({ path: config.tapes, readOnly: true }) : openLog(config, address))
  try {
    return await read(log)
  } finally {
    await log.close()
  }
}

export interface KnownTape {
  readonly tape: Tape
  readonly info: TopicInfo
}

/** Every topic that holds a record, with what is known of it. */
export const tapesOf = async (log: Log): Promise<readonly KnownTape[]> => {
  const recorded = new Map<string, Tape>()
  for await (const row of rowsOf(log, LIST, 0)) {
    const { at: _at, key: topic, counts, ...tape } = row
    recorded.set(topic, { ...(tape as unknown as Tape), topic, counts: JSON.parse(String(counts)) })
  }
  const infos = (await log.topics()).filter(({ topic }) => topic !== LIST)
  return infos.map(info => ({ info, tape: recorded.get(info.topic) ?? foreign(info) }))
}

/** A tape by its topic. Fails: usage CLI_NAME when there is none, fault CLI_TAPE when it was cut off. */
export const tapeOf = async (log: Log, topic: string): Promise<KnownTape> => {
  const known = await tapesOf(log)
  const found = known.find(({ info }) => info.topic === topic)
  if (found === undefined) throw noTopic(topic, known)
  if (found.tape.state !== 'begun') return found
  throw new MillraceError('CLI_TAPE', `topic '${topic}' is half a tape: the import of ${found.tape.source} was cut off`)
}

export const noTopic = (topic: string, known: readonly KnownTape[]): MillraceError => {
  const names = [...new Set(known.map(({ info }) => info.topic))]
  const list = names.join(', ') || 'none yet: millrace import FILE'
  return new MillraceError('CLI_NAME', `no topic '${topic}'${near(topic, names)}; there are: ${list}`)
}

export interface Recording extends Pick<Tape, 'topic' | 'source' | 'print'> {
  readonly blocks: AsyncIterable<Block> | Iterable<Block>
  /** The definition of a key when it first appears: goes ahead of the block. Null: they are among the blocks. */
  readonly define: ((key: string) => Instrument) | null
  readonly counts: () => Tape['counts']
  /** The keys are spread over so many. */
  readonly partitions: number
  readonly onRows?: (rows: number, at: number) => void
  /** Called when the recording failed and nothing of it is kept. */
  readonly onDropped?: () => void
}

/**
 * Writes a tape: that it is begun, definitions and rows, that it is whole. What the topic held before is dropped, but
 * not before the source has given its first block.
 *
 * When the source fails, what was good until then is kept as a tape in part, and the failure is thrown; a row that may
 * not be there, and a signal that aborts, take all of it back.
 */
export const recordTape = async (log: Log, recording: Recording, signal: AbortSignal): Promise<Tape> => {
  const { topic, source, print, counts } = recording
  const blank: Tape = { topic, source, print, state: 'begun', rows: 0, digest: '', counts: {} }
  const { written, failure } = await writeRows(log, recording, () => list(log, blank, 0))
  if (signal.aborted || (failure !== undefined && !isDamage(failure))) recording.onDropped?.()
  if (written.rows === 0 && signal.aborted) throw stopped(source)
  if (written.rows === 0) {
    const why = countsText({ counts: counts() }) || ', as it has none'
    throw failure ?? new MillraceError('FILE_ROWS', `${source}: no row of it could be taken${why}`)
  }
  if (signal.aborted || (failure !== undefined && !isDamage(failure))) {
    await log.drop(topic).catch(() => undefined)
    throw failure ?? stopped(source)
  }
  const { rows, digest, at } = written
  const tape: Tape = { ...blank, state: failure === undefined ? 'whole' : 'part', rows, digest, counts: counts() }
  await list(log, tape, at)
  if (failure !== undefined) throw failure
  return tape
}

const stopped = (source: string): MillraceError =>
  new MillraceError('CLI_TAPE', `the import of ${source} was stopped: nothing of it is kept`)

/** ': 12 refused: bad-price, 117,043 crossed'; nothing when all is well. */
export const countsText = ({ counts }: Pick<Tape, 'counts'>): string => {
  const found = Object.entries(counts).filter(([name, number]) => name !== 'refused' && number > 0)
  return found.length === 0
    ? ''
    : `: ${found.map(([name, number]) => `${count(number)} ${named(name, number)}`).join(', ')}`
}

/** '1 gap in the book'. */
const named = (name: string, number: number): string =>
  number === 1 ? name.replace(/\b(bid|book|gap|message|offer|row|update)s\b/g, '$1') : name

/** The list of tapes, a topic of its own. */
export const LIST = 'tapes'

const text = (name: string, unit: string): Field => ({ name, type: 'text', unit })
const listSchema: Schema = {
  id: 40,
  name: 'tape',
  fields: [
    text('state', 'begun, whole or part'),
    text('source', 'file or sample'),
    text('print', 'hex'),
    { name: 'rows', type: 'f64', unit: 'rows' },
    text('digest', 'hex'),
    text('counts', 'JSON'),
  ],
}

const list = async (log: Log, tape: Tape, at: number): Promise<void> => {
  const row = { ...tape, key: tape.topic, at, counts: JSON.stringify(tape.counts) } as unknown as Row
  await log.append(LIST, 0, [blockOf(listSchema, [row])])
}

const foreign = ({ topic, rows }: TopicInfo): Tape => ({
  topic,
  state: 'foreign',
  source: 'another program',
  print: '',
  rows,
  digest: '',
  counts: {},
})

/** Batches on their way to the disk at a time. */
const IN_FLIGHT = 8

interface Written {
  readonly rows: number
  readonly digest: string
  /** Event time of the last row. */
  readonly at: number
}

const writeRows = async (
  log: Log,
  { topic, blocks, define, partitions, onRows }: Recording,
  begin: () => Promise<void>,
): Promise<{ readonly written: Written; readonly failure: unknown }> => {
  const known = new Set<string>()
  const digest = digestState()
  const writer = batches(log, topic, partitions)
  let at = 0
  let failure: unknown
  try {
    for await (const block of blocks) {
      const fresh = block.keys.filter(key => !known.has(key))
      for (const key of fresh) known.add(key)
      if (digest.count === 0) {
        await begin()
        await log.drop(topic)
      }
      digestBlock(digest, block)
      if (define !== null && fresh.length > 0) writer.push(definitionsOf(fresh, define, block.at[0]!))
      writer.push(block)
      if (writer.isFull()) await writer.write()
      at = block.at[block.count - 1]!
      onRows?.(digest.count, at)
    }
  } catch (error) {
    failure = error
  }
  // What is not written weighs more than what could not be read.
  await writer.end().catch(error => {
    failure = error
  })
  return { written: { rows: digest.count, digest: digestHex(digest), at }, failure }
}

/** Blocks of few rows are written together: a feed of several topics has thousands of them. */
const BATCH_ROWS = 2048

const batches = (log: Log, topic: string, partitions: number) => {
  const writing: Promise<unknown>[] = []
  let batch: Block[] = []
  let rows = 0
  const write = async (): Promise<void> => {
    for (const [partition, part] of spread(batch, partitions)) {
      writing.push(log.append(topic, partition, part))
      writing.at(-1)!.catch(() => undefined)
    }
    batch = []
    rows = 0
    while (writing.length >= IN_FLIGHT) await writing.shift()
  }
  return {
    push(block: Block): void {
      // A block is good until the next is taken, and a small one waits.
      batch.push(block.count < BATCH_ROWS ? sliceBlock(block, 0, block.count) : block)
      rows += block.count
    },
    isFull: (): boolean => rows >= BATCH_ROWS,
    write,
    async end(): Promise<void> {
      try {
        if (batch.length > 0) await write()
        await Promise.all(writing)
      } finally {
        await Promise.allSettled(writing)
      }
    },
  }
}

const definitionsOf = (keys: readonly string[], define: NonNullable<Recording['define']>, at: number): Block =>
  blockOf(
    instruments.schema,
    keys.map(key => ({ key, ...define(key), at }) as unknown as Row),
  )

/** The source ended early or is damaged from some byte on: the rows before are good. */
export const isDamage = (failure: unknown): boolean =>
  isMillraceError(failure) && (failure.code === 'FILE_TRUNCATED' || failure.code === 'FILE_CORRUPT')
