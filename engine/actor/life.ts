import type { Block } from '../log/block.ts'
import { sliceBlock } from '../log/build.ts'
import type { Commit, LogRecord, Output, Position } from '../log/port.ts'
import { positionOf, rowAt } from '../log/position.ts'
import { count } from '../time/histogram.ts'
import type { ActorOptions } from './actor.ts'
import { deadLetter, deadLettersOf, isUndecoded } from './dead-letters.ts'
import type { Recovered } from './recovery.ts'
import type { Notes } from './status.ts'

/** Most rows between two commits, and what may wait in memory for one; as much again while one is on its way. */
const COMMIT_ROWS = 262_144
/** Outputs that weigh more are committed at once. */
const OUTPUT_BYTES = 16 * 1024 * 1024
/** Outputs are taken from the behaviour and weighed each so many rows; more often would cut them into small blocks. */
const TAKE_ROWS = 65_536
/**
 * So long rows are stepped while a commit is on its way: it goes on between two records only, and a transaction that
 * takes seconds is ended by its broker.
 */
const AHEAD_US = 50_000
/** A recovery steps at most so many rows and records again, and those of two commits. */
const SNAPSHOT_ROWS = 1_000_000
/** As ticks come live a record is a few rows, and costs some 40 µs to read again, however few they are. */
const SNAPSHOT_RECORDS = 10_000

/** An actor from a recovery to its end or its failure: a behaviour, and what it has stepped and not yet committed. */
export interface Life extends Omit<Recovered, 'position'> {
  readonly options: ActorOptions
  /** Kept from life to life. */
  readonly notes: Notes
  /** The row of an earlier life that this one passes over. */
  readonly skip: Poison | null
  /** Stepped up to here. */
  position: Position
  committed: Position
  /** The commit that is on its way, or was the last; what it commits, and when it left. */
  sent: Promise<void>
  sentTo: Position
  sentAt: number
  rows: number
  /** What the last step took. */
  stepUs: number
  rowsSinceTake: number
  readonly outputs: Output[]
  outputBytes: number
  /** Dead letters among the outputs. */
  letters: number
  /** Event time of the last row, or null before the first. */
  lastAt: number | null
  /** The row that ended this life. */
  poison: Poison | null
}

/** A row that the behaviour threw on. */
export interface Poison extends Position {
  readonly place: string
  readonly letter: Block
}

export const lifeOf = (recovered: Recovered, options: ActorOptions, notes: Notes, skip: Poison | null): Life => ({
  ...recovered,
  options,
  notes,
  skip,
  committed: recovered.position,
  sent: Promise.resolve(),
  sentTo: recovered.position,
  sentAt: 0,
  rows: 0,
  stepUs: 0,
  rowsSinceTake: 0,
  outputs: [],
  outputBytes: 0,
  letters: 0,
  lastAt: null,
  poison: null,
})

/** Reads, steps and commits until the mailbox ends or the signal asks for the end; what was stepped is committed. */
export const live = async (life: Life, signal?: AbortSignal): Promise<'finished' | 'drained'> => {
  try {
    return await walk(life, signal)
  } catch (error) {
    await life.sent.catch(earlier => {
      // It is of rows before that one, and where it failed nothing that came behind it counts.
      life.poison = null
      life.position = life.sentTo
      throw earlier
    })
    throw error
  }
}

const walk = async (life: Life, signal?: AbortSignal): Promise<'finished' | 'drained'> => {
  const { log, mailbox, clock, onProgress } = life.options
  const { topic, partition, until = Number.POSITIVE_INFINITY, follow = false } = mailbox
  const source = mailbox.log ?? log
  let end = Math.min(until, await source.end(topic, partition))
  while (true) {
    for await (const record of source.read(topic, partition, life.position.offset, { until: end })) {
      if (signal?.aborted) break
      await stepRecord(life, record)
      onProgress?.(life.position, life.notes.counts.rows, life.lastAt)
      if (isDue(life)) await send(life)
      if (isLate(life)) await life.sent
      await clock.breathe()
    }
    await life.sent
    // What stands behind the last record are marks of the backend.
    if (!signal?.aborted && life.position.offset < end) life.position = { offset: end, row: 0 }
    if (!follow || end >= until || signal?.aborted) {
      if (life.sinceSnapshot.rows > 0) await commit(life, true)
      else if (isAhead(life)) await commit(life)
      return signal?.aborted ? 'drained' : 'finished'
    }
    // What is new is durable before the actor waits, however little it is; if nothing but marks, it is lag no more.
    if (isAhead(life)) await commit(life)
    end = Math.min(until, await source.arrival(topic, partition, end, signal))
  }
}

const isAhead = ({ position, committed }: Life): boolean =>
  position.offset !== committed.offset || position.row !== committed.row

const stepRecord = async (life: Life, record: LogRecord): Promise<void> => {
  const { skip, position } = life
  const { count } = record.block
  let from = rowAt(record, position)
  life.sinceSnapshot.records += 1
  if (isUndecoded(record.block)) return passOn(life, record, from)
  const skipped = skip ? rowAt(record, skip) : count
  if (skipped >= from && skipped < count && isAt(record, skipped, skip!)) {
    step(life, record, from, skipped)
    await bury(life, skip!, record, skipped)
    from = skipped + 1
  }
  step(life, record, from, count)
}

const isAt = (record: LogRecord, row: number, { offset, row: inOffset }: Position): boolean => {
  const found = positionOf(record, row)
  return found.offset === offset && found.row === inOffset
}

/** What the door could not decode is committed with the rows around it. Its time is none of the market. */
const passOn = (life: Life, record: LogRecord, from: number): void => {
  const { count } = record.block
  if (from >= count) return
  const { task, mailbox, deadLetters = deadLettersOf(task) } = life.options
  const block = sliceBlock(record.block, from, count)
  life.outputs.push({ topic: deadLetters, partition: mailbox.partition, block })
  life.outputBytes += weigh(block)
  life.position = positionOf(record, count)
  life.letters += count - from
  life.rows += count - from
  life.sinceSnapshot.rows += count - from
}

const step = (life: Life, record: LogRecord, from: number, to: number): void => {
  if (from >= to) return
  const { notes, options } = life
  const began = options.clock.monotonicUs()
  try {
    life.behaviour.step(record, from, to)
  } catch (error) {
    const row = life.behaviour.row()
    if (row >= from && row < to) life.poison = poisonOf(life, record, row, error)
    throw error
  }
  life.stepUs = options.clock.monotonicUs() - began
  count(notes.stepUs, life.stepUs / (to - from))
  life.position = positionOf(record, to)
  life.lastAt = record.block.at[to - 1]!
  notes.counts.rows += to - from
  life.rows += to - from
  life.rowsSinceTake += to - from
  life.sinceSnapshot.rows += to - from
}

const poisonOf = ({ options }: Life, record: LogRecord, row: number, error: unknown): Poison => {
  const position = positionOf(record, row)
  const place = `${options.mailbox.topic}/${options.mailbox.partition}/${position.offset}#${position.row}`
  return { ...position, place, letter: deadLetter(error, place, record.block, row) }
}

/** Passes over a row. The snapshot stands behind it, so that no later recovery meets it again. */
const bury = async (life: Life, { letter }: Poison, record: LogRecord, row: number): Promise<void> => {
  const { task, mailbox, deadLetters = deadLettersOf(task) } = life.options
  takeOutputs(life)
  life.outputs.push({ topic: deadLetters, partition: mailbox.partition, block: letter })
  life.letters += 1
  life.position = positionOf(record, row + 1)
  life.lastAt = letter.at[0]!
  await commit(life, true)
}

const isDue = (life: Life): boolean => {
  const { commitRows = COMMIT_ROWS } = life.options
  if (life.rowsSinceTake >= TAKE_ROWS) takeOutputs(life)
  return life.rows >= commitRows || life.outputBytes >= OUTPUT_BYTES
}

/** Whether the commit that is on its way would have to wait too long for one more step. */
const isLate = ({ options, sentAt, stepUs }: Life): boolean => options.clock.monotonicUs() - sentAt + stepUs > AHEAD_US

const takeOutputs = (life: Life): void => {
  for (const output of life.behaviour.outputs()) {
    life.outputs.push(output)
    life.outputBytes += weigh(output.block)
  }
  life.rowsSinceTake = 0
}

/** About the bytes that a block holds. */
const weigh = ({ count, columns }: Block): number => {
  let bytes = count * 10
  for (const column of Object.values(columns)) {
    if (column instanceof Float64Array) bytes += count * 8
    else for (const text of column) bytes += 8 + text.length
  }
  return bytes
}

const commit = async (life: Life, withSnapshot = false): Promise<void> => {
  await send(life, withSnapshot)
  await life.sent
}

/**
 * Outputs, position, progress and, when it is due, a snapshot: one commit. The next rows are stepped while it is on its
 * way, and the next commit waits for it.
 */
const send = async (life: Life, withSnapshot = false): Promise<void> => {
  await life.sent
  const { behaviour, epoch, notes, position, letters } = life
  const { task, log, mailbox, clock, snapshotRows = SNAPSHOT_ROWS } = life.options
  const began = clock.monotonicUs()
  takeOutputs(life)
  const { rows, records } = life.sinceSnapshot
  const isSnapshot = withSnapshot || rows >= snapshotRows || records >= SNAPSHOT_RECORDS
  const state: Pick<Commit, 'snapshot'> = isSnapshot ? { snapshot: behaviour.snapshot() } : {}
  const outputs = life.outputs.splice(0)
  const committing = log.commit({ task, epoch, outputs, position, mailbox, progress: behaviour.progress(), ...state })
  life.rows = life.outputBytes = life.letters = 0
  life.sentTo = position
  life.sentAt = began
  if (isSnapshot) Object.assign(life.sinceSnapshot, { rows: 0, records: 0 })
  life.sent = committing.then(() => {
    count(notes.commitUs, clock.monotonicUs() - began)
    life.committed = position
    notes.counts.commits += 1
    notes.counts.deadLetters += letters
    if (state.snapshot === undefined) return
    notes.counts.snapshots += 1
    notes.snapshot = { bytes: state.snapshot.length, savedAt: clock.now() }
  })
  // Who waits for it is told.
  life.sent.catch(() => undefined)
}
