import { mkdirSync } from 'node:fs'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { MillraceError } from '../engine/errors.ts'
import type { Block } from '../engine/log/block.ts'
import { blockOf, type Row } from '../engine/log/build.ts'
import { digestBlock, digestHex, digestState } from '../engine/log/digest.ts'
import type { Log, TopicInfo } from '../engine/log/port.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import type { Schema } from '../engine/market/topic.ts'
import { instruments } from '../engine/market/topics.ts'
import { rowsOf } from '../engine/run/replay.ts'
import type { Config } from './config.ts'
import { near } from './verb.ts'

/** What is written when a tape is complete; a topic without it was cut off while it was made. */
export interface TapeRecord {
  readonly topic: string
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

/** The list of complete tapes, a topic of its own. */
const TAPES = 'tapes'
const tapeSchema: Schema = {
  id: 40,
  name: 'tape',
  fields: [
    { name: 'source', type: 'text', unit: 'file or sample' },
    { name: 'print', type: 'text', unit: 'hex' },
    { name: 'rows', type: 'f64', unit: 'rows' },
    { name: 'digest', type: 'text', unit: 'hex' },
    { name: 'counts', type: 'text', unit: 'JSON' },
  ],
}

export const openTapes = async (config: Config, options: { readonly readOnly?: boolean } = {}): Promise<Log> => {
  mkdirSync(config.home, { recursive: true })
  return openLmdbLog({ path: config.tapes, ...options })
}

/** The complete tapes by topic; of two under one name the later one counts. */
export const tapesOf = async (log: Log): Promise<ReadonlyMap<string, TapeRecord>> => {
  const tapes = new Map<string, TapeRecord>()
  for await (const row of rowsOf(log, TAPES, 0)) {
    const {
      key: topic,
      source,
      print,
      rows,
      digest,
      counts,
    } = row as Row & Record<'source' | 'print' | 'digest' | 'counts', string>
    tapes.set(topic, { topic, source, print, rows: Number(rows), digest, counts: JSON.parse(counts) })
  }
  return tapes
}

/** A complete tape by its topic. Fails: usage CLI_NAME when there is none, fault CLI_TAPE when it was cut off. */
export const tapeOf = async (log: Log, topic: string): Promise<TapeRecord> => {
  const tapes = await tapesOf(log)
  const tape = tapes.get(topic)
  if (tape && (await log.end(topic, 0)) > 0) return tape
  if ((await log.end(topic, 0)) > 0)
    throw new MillraceError('CLI_TAPE', `topic '${topic}' is not complete: it was cut off`)
  const known = [...tapes.keys()]
  const list = known.join(', ') || 'none yet: millrace import FILE'
  throw new MillraceError('CLI_NAME', `no topic '${topic}'${near(topic, known)}; there are: ${list}`)
}

export interface Recording {
  readonly topic: string
  readonly source: string
  readonly print: string
  readonly blocks: AsyncIterable<Block> | Iterable<Block>
  /** The definition of a key when it first appears: goes into the topic ahead of the block. */
  readonly define: (key: string) => Instrument
  readonly counts: () => Readonly<Record<string, number>>
  readonly onRows?: (rows: number, at: number) => void
}

/** Blocks on their way to the disk at a time. */
const IN_FLIGHT = 8

/**
 * Writes a tape: instruments, then rows, then the record that it is complete. What an earlier try left is dropped.
 * When the source fails, what was good until then is kept as a tape, and the failure is thrown.
 */
export const recordTape = async (log: Log, recording: Recording): Promise<TapeRecord> => {
  const { topic, source, print, blocks, counts } = recording
  await log.drop(topic)
  const known = new Set<string>()
  const digest = digestState()
  const writing: Promise<unknown>[] = []
  let at = 0
  let failure: unknown
  try {
    for await (const block of blocks) {
      const fresh = block.keys.filter(key => !known.has(key))
      for (const key of fresh) known.add(key)
      const batch = fresh.length > 0 ? [definitionsOf(fresh, recording, block.at[0]!), block] : [block]
      digestBlock(digest, block)
      writing.push(log.append(topic, 0, batch))
      if (writing.length >= IN_FLIGHT) await writing.shift()
      at = block.at[block.count - 1]!
      recording.onRows?.(digest.count, at)
    }
  } catch (error) {
    failure = error
  }
  await Promise.all(writing)
  if (digest.count === 0) throw failure ?? new MillraceError('CLI_TAPE', `${source} holds no row that could be taken`)
  const tape: TapeRecord = {
    topic,
    source,
    print: failure === undefined ? print : 'in part',
    rows: digest.count,
    digest: digestHex(digest),
    counts: counts(),
  }
  const row = { ...tape, key: topic, at, counts: JSON.stringify(tape.counts) } as unknown as Row
  await log.append(TAPES, 0, [blockOf(tapeSchema, [row])])
  if (failure !== undefined) throw failure
  return tape
}

const definitionsOf = (keys: readonly string[], { define }: Recording, at: number): Block =>
  blockOf(
    instruments.schema,
    keys.map(key => ({ key, ...define(key), at }) as unknown as Row),
  )

/** Where a topic stands in the log. */
export const infoOf = async (log: Log, topic: string): Promise<TopicInfo> =>
  (await log.topics()).find(info => info.topic === topic && info.partition === 0)!
