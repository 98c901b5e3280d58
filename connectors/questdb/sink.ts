import type { Mailbox } from '../../engine/actor/actor.ts'
import type { Log, LogRecord, Position } from '../../engine/log/port.ts'
import type { Clock } from '../../engine/time/clock.ts'
import { type Batch, clearBatch, isFull, openBatch } from './batch.ts'
import { checkTables, type DeliveryOptions, deliver, type Retry } from './delivery.ts'
import { type Intake, openIntake, progressOf } from './intake.ts'
import { type Letter, letterBlocks } from './letters.ts'
import { checkMark } from './mark.ts'
import { seqOf } from './place.ts'
import type { Questdb } from './questdb.ts'

export interface SinkOptions {
  readonly questdb: Questdb
  /** Where the position is committed, with the dead letters. */
  readonly log: Log
  readonly mailbox: Mailbox
  readonly clock: Clock
  /** Whose progress this is. Default 'questdb/<topic>/<partition>'. */
  readonly task?: string
  /** What tables call the origin of the rows. Default '<topic>/<partition>'; a log of its own needs its own name. */
  readonly source?: string
  /** Topic for rows that are not stored. Default 'questdb.dead-letters', in the partition of the mailbox. */
  readonly deadLetters?: string
  /** A row waits no longer than this for others to be sent with, milliseconds. Default 250. */
  readonly flushMs?: number
  /** Hears of each failure that is tried again, and why. Must not throw. */
  readonly onRetry?: (retry: Retry & { readonly task: string }) => void
  /** Once a batch, when it is committed. */
  readonly onProgress?: (state: SinkState) => void
}

/** How a sink stands, as plain numbers. */
export interface SinkState {
  readonly task: string
  /** Rows taken, and those of them that are stored or refused, and committed. */
  readonly rowsTaken: number
  readonly rows: number
  readonly rejects: number
  readonly batches: number
  readonly requests: number
  readonly bytes: number
  readonly retries: number
  /** Rows that wait for the server's answer, and for how long the oldest of them has, milliseconds. */
  readonly pending: number
  readonly oldestMs: number
  /** What the server is waited for; null when all goes well. */
  readonly waitingFor: string | null
  readonly committed: Position
}

export interface Sink {
  readonly task: string
  /** Once. `finished`: the mailbox was read to its end; `drained`: the signal asked for it. Both end with a commit. */
  run(signal?: AbortSignal): Promise<'finished' | 'drained'>
  state(): SinkState
}

/**
 * Fills the tables from one partition of a topic.
 *
 * Delivers  Every row of the mailbox once: stored, or in the dead letters and in `rejects` with the words of who
 *           refused it. The position is committed behind the server's acknowledgement, before the first update of a
 *           book that has not ended, and a dead letter with the position behind its row; after a crash rows are sent
 *           again, which their identity makes harmless.
 * Blocks    Reading, while two batches of 2 MiB or 20,000 lines are not acknowledged and a third is full: 12 MiB of
 *           memory together. What the server does not take now is tried again, for ever, every 50 ms to 5 s; `onRetry`
 *           hears why.
 * Ends      At the end of the mailbox, or `until`; with `follow` when the signal aborts: then what was taken is
 *           stored, unless the server is away.
 * Fails     usage QUESTDB_LOGIN; Fault QUESTDB_TABLE, also within a second when a table is dropped, or made again;
 *           LOG_FENCED, LOG_GONE when the topic was recorded anew since the position, and as the log does. What was
 *           committed stands.
 *
 * @example
 * const sink = questdbSink({ questdb, log, mailbox: { topic: 'quotes', partition: 0 }, clock: systemClock })
 * await sink.run()
 */
export const questdbSink = (options: SinkOptions): Sink => {
  const { topic, partition } = options.mailbox
  const self: Self = {
    options,
    task: options.task ?? `questdb/${topic}/${partition}`,
    source: options.source ?? `${topic}/${partition}`,
    counts: { rowsTaken: 0, rows: 0, rejects: 0, batches: 0, requests: 0, bytes: 0, retries: 0 },
    filling: openBatch(),
    spare: Array.from({ length: IN_FLIGHT }, openBatch),
    flights: [],
    held: [],
    over: new AbortController(),
    failure: null,
    waitingFor: null,
    handed: START,
    committed: START,
  }
  return { task: self.task, run: signal => run(self, signal), state: () => stateOf(self) }
}

interface Self {
  readonly options: SinkOptions
  readonly task: string
  readonly source: string
  readonly counts: { -readonly [name in Count]: SinkState[name] }
  filling: Batch
  readonly spare: Batch[]
  /** Handed over and not yet committed, oldest first. */
  readonly flights: Flight[]
  /** Letters of rows behind the position that is committed: whoever begins there writes them again. */
  held: readonly Letter[]
  /** Aborts when the run has failed for good: what is on its way is not tried again. */
  readonly over: AbortController
  failure: { readonly error: unknown } | null
  waitingFor: string | null
  /** With the last batch that was handed over the mailbox is stored up to here. */
  handed: Position
  committed: Position
}

interface Flight {
  readonly batch: Batch
  /** Settles when it is committed, or has failed; never fails. */
  readonly landed: Promise<void>
}

/** Batches on their way at a time: the server takes the next while the log commits the last. */
const IN_FLIGHT = 2

type Count = 'rowsTaken' | 'rows' | 'rejects' | 'batches' | 'requests' | 'bytes' | 'retries'

/** A sink that has taken its task over. */
interface Running {
  readonly self: Self
  readonly intake: Intake
  readonly epoch: number
  /** Somebody asks for the end, or a batch has failed for good. */
  readonly stop: AbortSignal
}

const START: Position = { offset: 0, row: 0 }
const FLUSH_MS = 250

const run = async (self: Self, signal?: AbortSignal): Promise<'finished' | 'drained'> => {
  const { log, mailbox } = self.options
  const { epoch, position, progress: bytes } = await log.fence(self.task)
  const progress = progressOf(bytes)
  if (progress.last !== null) await checkMark(mailbox.log ?? log, mailbox.topic, mailbox.partition, progress.last)
  self.handed = self.committed = position
  const stop = AbortSignal.any([self.over.signal, ...(signal ? [signal] : [])])
  const running: Running = { self, intake: openIntake(self.source, position, progress), epoch, stop }
  try {
    const end = await fill(running)
    await handOver(running)
    await landed(self)
    await checkTables(deliveryOf(running), stop, 0)
    return end
  } catch (error) {
    self.over.abort()
    await Promise.all(self.flights.map(flight => flight.landed))
    if (signal?.aborted && error === signal.reason) return 'drained'
    throw error
  }
}

/** Reads the mailbox into batches until it ends, or somebody asks for the end. */
const fill = async (running: Running): Promise<'finished' | 'drained'> => {
  const { self, intake, stop } = running
  const { log, mailbox, clock } = self.options
  const { topic, partition, until = Number.POSITIVE_INFINITY, follow = false } = mailbox
  const source = mailbox.log ?? log
  while (true) {
    const end = Math.min(until, await source.end(topic, partition))
    for await (const record of source.read(topic, partition, intake.position().offset, { until: end })) {
      if (stop.aborted) break
      await take(running, record)
      await clock.breathe()
    }
    if (stop.aborted) return 'drained'
    // What stands behind the last record are marks of the backend.
    intake.passTo(end)
    if (!follow || end >= until) return 'finished'
    const leftMs = dueInMs(self)
    if (leftMs === null) await source.arrival(topic, partition, end, stop)
    else if (leftMs > 0) await clock.sleep(leftMs, stop)
    else await handOver(running)
  }
}

const take = async (running: Running, record: LogRecord): Promise<void> => {
  const { self, intake } = running
  const { counts, options } = self
  let isDone = false
  while (!isDone) {
    const before = self.filling.rows
    isDone = intake.take(record, self.filling, options.clock.monotonicUs())
    counts.rowsTaken += self.filling.rows - before
    if (!isDone || isFull(self.filling) || (dueInMs(self) ?? 1) <= 0) await handOver(running)
  }
}

/** How long the rows that wait may wait yet, milliseconds; null when there are none. */
const dueInMs = ({ filling, options }: Self): number | null =>
  filling.since === null ? null : (options.flushMs ?? FLUSH_MS) - (options.clock.monotonicUs() - filling.since) / 1000

/** Sends the batch when no more than one is on its way, and goes on with an empty one. */
const handOver = async (running: Running): Promise<void> => {
  const { self, intake } = running
  const { filling: batch, flights } = self
  await landed(self, IN_FLIGHT - 1)
  const position = intake.whole()
  if (batch.rows === 0 && isSame(position, self.handed)) return
  self.handed = position
  batch.position = position
  batch.progress = intake.progress()
  self.filling = self.spare.pop()!
  const before = flights.at(-1)?.landed
  const stored = store(running, batch, before).catch(error => {
    self.failure ??= { error }
    self.over.abort()
  })
  flights.push({ batch, landed: stored })
}

/** Waits until at most so many batches are on their way. Fails as the first of them did. */
const landed = async (self: Self, most = 0): Promise<void> => {
  while (self.flights.length > most && self.failure === null) await self.flights[0]!.landed
  if (self.failure !== null) throw self.failure.error
}

const isSame = (a: Position, b: Position): boolean => a.offset === b.offset && a.row === b.row

/** The server's acknowledgement, then the position with the dead letters of the rows before it, as one step. */
const store = async (running: Running, batch: Batch, before?: Promise<void>): Promise<void> => {
  const { self, epoch, stop } = running
  const { counts, options } = self
  const { log, mailbox, deadLetters = DEAD_LETTERS, onProgress } = options
  const { topic, partition } = mailbox
  const letters = await deliver(deliveryOf(running), batch, stop)
  await before
  if (self.failure !== null) throw self.failure.error
  const written = [...self.held, ...letters]
  const end = seqOf(batch.position.offset, batch.position.row)
  self.held = written.filter(({ seq }) => seq >= end)
  const due = letterBlocks(written.filter(({ seq }) => seq < end))
  await log.commit({
    task: self.task,
    epoch,
    outputs: due.map(block => ({ topic: deadLetters, partition, block })),
    position: batch.position,
    progress: batch.progress,
    ...(mailbox.log === undefined ? { mailbox: { topic, partition } } : {}),
  })
  self.committed = batch.position
  self.waitingFor = null
  counts.rows += batch.rows
  counts.rejects += letters.length
  counts.batches += 1
  self.flights.shift()
  clearBatch(batch)
  self.spare.push(batch)
  onProgress?.(stateOf(self))
}

const DEAD_LETTERS = 'questdb.dead-letters'

const deliveryOf = ({ self, intake }: Running): DeliveryOptions => {
  const { questdb, log, mailbox, clock, onRetry } = self.options
  const { topic, partition } = mailbox
  return {
    questdb,
    clock,
    source: { log: mailbox.log ?? log, topic, partition, name: self.source },
    tables: intake.tables,
    onRequest(bytes) {
      self.counts.requests += 1
      self.counts.bytes += bytes
    },
    onRetry(retry) {
      self.counts.retries += 1
      self.waitingFor = retry.reason
      onRetry?.({ task: self.task, ...retry })
    },
  }
}

const stateOf = ({ options, task, counts, filling, flights, waitingFor, committed }: Self): SinkState => {
  const waiting = [...flights.map(({ batch }) => batch), filling]
  const since = waiting.find(batch => batch.since !== null)?.since ?? null
  const oldestMs = since === null ? 0 : (options.clock.monotonicUs() - since) / 1000
  const pending = waiting.reduce((sum, { rows }) => sum + rows, 0)
  return { task, ...counts, pending, oldestMs, waitingFor, committed }
}
