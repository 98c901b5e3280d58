import { deadLettersOf, isUndecoded } from '../actor/dead-letters.ts'
import type { Params, Strategy } from '../flow/pipeline.ts'
import { type Row, rowOf } from '../log/build.ts'
import type { Log, LogRecord, Output } from '../log/port.ts'
import { positionOf } from '../log/position.ts'
import type { Currency } from '../market/cash.ts'
import { intents, orders } from '../market/topics.ts'
import type { Minor } from '../market/units.ts'
import type { Clock } from '../time/clock.ts'
import { type Digests, taskOf } from './digests.ts'
import type { Tape } from './tape.ts'
import { answerOf, checkpoints, type Execution, executions } from './topics.ts'
import { type Trader, trader } from './trader.ts'
import type { Answer, SimulatedVenue } from './venue.ts'

export interface ReplayOptions {
  readonly strategy: Strategy
  /** Of the run. Default: the name of the strategy. */
  readonly name?: string
  readonly params?: Params
  readonly tape: Tape
  /** The log of the run: its recorded answers, decisions and orders. */
  readonly log: Log
  readonly startBalance: Minor
  /** What its account was kept in; needed where instruments are paid in other money. */
  readonly currency?: Currency
  /** What its venue filled from. Default: quotes. */
  readonly fillsFrom?: SimulatedVenue['fillsFrom']
  readonly from?: number
  readonly to?: number
  /** Market rows the run had stepped; a run that was cut off is replayed up to there. */
  readonly rows?: number
  /** The rows and digests at which the run had come to rest, when it has gone on since. */
  readonly noted?: { readonly rows: number; readonly digests: Digests }
  readonly mode?: 'fused' | 'plain'
  readonly onProgress?: (progress: { readonly rows: number; readonly at: number }) => void
  /** Lets signals have a turn between two records. */
  readonly clock?: Clock
}

/** The first thing that is not as recorded. Values are JSON, or 'nothing' where one side has none. */
export interface Difference {
  readonly what: 'input' | 'answer' | 'decision' | 'order'
  /** `topic/partition/offset#row` of the event, or of the record of the mailbox. */
  readonly place: string
  readonly recorded: string
  readonly replayed: string
}

export interface ReplayEnd {
  readonly rows: number
  readonly digests: Digests
  /** Those on the way, at the rows of `noted`; without it, or when it did not come so far, there are none. */
  readonly noted?: Digests
  /** Null when every decision, every order and every record of the mailbox was as recorded. */
  readonly difference: Difference | null
}

/**
 * Runs the recorded mailbox of a run through its graph again: the market from the tape, but for rows that went to the
 * dead letters, and the venue's answers from the run's log, each before the row it came before. Decisions and orders
 * are compared one by one, rows and answers once a record; the digests are for the caller. Stops at the first
 * difference.
 *
 * Fails  as the logs do; Defect ASSERT and FLOW_PARAM for parameters
 */
export const replayRun = async (options: ReplayOptions, signal?: AbortSignal): Promise<ReplayEnd> => {
  const { log, tape } = options
  const answers = rowsOf(log, executions.name, tape.partition)
  const recorded = new Map(compared.map(name => [name, rowsOf(log, name, tape.partition)]))
  try {
    return await replayRows(options, { answers, recorded }, signal)
  } finally {
    // It may have ended before they did.
    for (const rows of [answers, ...recorded.values()]) await rows.return(undefined)
  }
}

interface Books {
  readonly answers: AsyncIterator<Row, undefined>
  readonly recorded: Recorded
}

const replayRows = async (
  options: ReplayOptions,
  { answers, recorded }: Books,
  signal?: AbortSignal,
): Promise<ReplayEnd> => {
  const { strategy, tape, log } = options
  const { topic, partition } = tape
  const pipeline = strategy.build(options.params)
  const name = options.name ?? strategy.name
  const mailbox = { topic, partition }
  const replayed = trader({ ...options, name, pipeline, venue: absentVenue(options), mailbox })
  const buried = await buriedRows(log, taskOf(name, partition), partition)
  let next = await answers.next()
  const last = options.rows ?? Infinity
  const rest = restOf(replayed, options.noted)
  const end = (difference: Difference | null): ReplayEnd => ({
    ...{ rows: replayed.rows(), digests: replayed.digests(), difference },
    ...rest.found(),
  })

  for await (const record of tape.log.read(topic, partition, 0)) {
    const { block } = record
    if (isUndecoded(block)) continue
    signal?.throwIfAborted()
    const passed = passedRows(record, buried)
    let row = 0
    while (row < block.count && replayed.rows() < last) {
      rest.look()
      if (passed.includes(row)) {
        row += 1
        continue
      }
      const due = next.done ? Infinity : Number(next.value.after)
      if (due <= replayed.rows()) {
        replayed.hear(recordedAnswer(next.value!))
        next = await answers.next()
        continue
      }
      const edge = passed.find(other => other > row) ?? block.count
      const to = Math.min(edge, row + Math.max(1, Math.min(due, last, rest.ahead()) - replayed.rows()))
      replayed.step(record, row, to)
      row = to
    }
    const difference = await compare(replayed.outputs(), recorded, `${topic}/${partition}/${record.offset}`)
    options.onProgress?.({ rows: replayed.rows(), at: replayed.lastAt() })
    if (difference) return end(difference)
    if (replayed.rows() >= last) break
    await options.clock?.breathe()
  }
  for (; !next.done && Number(next.value.after) <= last; next = await answers.next()) {
    rest.look()
    replayed.hear(recordedAnswer(next.value))
  }
  rest.look()
  const decisions = await recorded.get(intents.name)!.next()
  const sent = await recorded.get(orders.name)!.next()
  return end(leftOf('decision', decisions) ?? leftOf('order', sent) ?? leftOf('answer', next))
}

/** What a run has written, row by row; what it came to follows from that. */
const compared = [intents.name, orders.name, checkpoints.name]

/** Tells what is recorded behind the end of the replay. */
const leftOf = (what: Difference['what'], { value }: IteratorResult<Row, undefined>): Difference | null =>
  value === undefined ? null : difference(what, String(value.key), JSON.stringify(value), 'nothing')

/**
 * Looks for where the run came to rest. Between that row and the next one it may have heard answers before it rested,
 * and others when it had gone on: the digests tell which.
 */
const restOf = (replayed: Trader, noted: ReplayOptions['noted']) => {
  let found: Digests | undefined
  const isThere = (): boolean =>
    found !== undefined &&
    Object.entries(found).every(([name, digest]) => noted?.digests[name as keyof Digests] === digest)
  return {
    look(): void {
      if (replayed.rows() === noted?.rows && !isThere()) found = replayed.digests()
    },
    /** The rows at which to look, when they are still to come. */
    ahead: (): number => (noted && noted.rows > replayed.rows() ? noted.rows : Infinity),
    found: (): Pick<ReplayEnd, 'noted'> => (found ? { noted: found } : {}),
  }
}

const recordedAnswer = (row: Row): Answer => answerOf(row.key, row as unknown as Execution)

/** The rows that the run passed over, by record: its dead letters tell their places. */
const buriedRows = async (log: Log, task: string, partition: number): Promise<ReadonlyMap<number, number[]>> => {
  const rows = new Map<number, number[]>()
  for await (const { place } of rowsOf(log, deadLettersOf(task), partition)) {
    const [offset, row] = String(place).split('/').at(-1)!.split('#').map(Number)
    rows.set(offset!, [...(rows.get(offset!) ?? []), row!])
  }
  return rows
}

const passedRows = (record: LogRecord, buried: ReadonlyMap<number, readonly number[]>): readonly number[] => {
  const rows: number[] = []
  if (buried.size === 0) return rows
  for (let index = 0; index < record.block.count; index++) {
    const { offset, row } = positionOf(record, index)
    if (buried.get(offset)?.includes(row)) rows.push(index)
  }
  return rows
}

type Recorded = ReadonlyMap<string, AsyncIterator<Row, undefined>>

const compare = async (outputs: readonly Output[], recorded: Recorded, place: string): Promise<Difference | null> => {
  for (const { topic, block } of outputs) {
    const rows = recorded.get(topic)
    for (let i = 0; rows && i < block.count; i++) {
      const row = rowOf(block, i)
      const { value } = await rows.next()
      const [found, expected] = [JSON.stringify(row), value === undefined ? 'nothing' : JSON.stringify(value)]
      if (found === expected) continue
      if (topic === intents.name) return difference('decision', place, expected, found)
      if (topic === orders.name) return difference('order', place, expected, found)
      return difference(value?.input === row.input ? 'answer' : 'input', place, expected, found)
    }
  }
  return null
}

const difference = (what: Difference['what'], place: string, recorded: string, replayed: string): Difference => ({
  what,
  place,
  recorded,
  replayed,
})

/** The rows of a topic, one by one. */
export const rowsOf = async function* (log: Log, topic: string, partition: number): AsyncGenerator<Row, undefined> {
  for await (const { block } of log.read(topic, partition, 0)) {
    for (let row = 0; row < block.count; row++) yield rowOf(block, row)
  }
  return undefined
}

/** Stands where the venue stood: its answers come from the record. */
const absentVenue = ({ currency, fillsFrom = 'quotes' }: ReplayOptions): SimulatedVenue => ({
  ...(currency && { currency }),
  define: () => undefined,
  submit: () => undefined,
  watches: () => false,
  fillsFrom,
  onQuote: () => undefined,
  onTrade: () => undefined,
  onBar: () => undefined,
  onFinancing: () => undefined,
  counts: () => ({}),
  snapshot: () => null,
  restore: () => undefined,
})
