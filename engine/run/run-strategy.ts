import { type ActorEnd, type ActorOptions, actor } from '../actor/actor.ts'
import { MillraceError } from '../errors.ts'
import type { NodeCount } from '../flow/counts.ts'
import type { Params, Strategy } from '../flow/pipeline.ts'
import type { Log } from '../log/port.ts'
import { intents, orders } from '../market/topics.ts'
import type { Minor } from '../market/units.ts'
import type { Clock } from '../time/clock.ts'
import { type Digests, taskOf } from './digests.ts'
import type { Ledger } from './ledger.ts'
import { observationOf, type RunObservation } from './observe.ts'
import { rowsOf } from './replay.ts'
import type { Tape } from './tape.ts'
import { checkpoints, equity, executions } from './topics.ts'
import { type Trader, trader } from './trader.ts'
import type { SimulatedVenue } from './venue.ts'

export interface RunOptions {
  readonly strategy: Strategy
  /** Whose tasks and order ids these are, where runs share a log. Default: the name of the strategy. */
  readonly name?: string
  readonly params?: Params
  readonly tape: Tape
  /** Where outputs, state and position are committed as one step. */
  readonly log: Log
  /** A fresh venue, each time the strategy starts from its snapshot. */
  readonly venue: () => SimulatedVenue
  readonly startBalance: Minor
  /** Event time, microseconds: rows in [from, to) are stepped. */
  readonly from?: number
  readonly to?: number
  /** Wait for more rows at the end of the tape, until the signal. */
  readonly follow?: boolean
  /** How often equity is recorded while a position is open, beside each close, microseconds of event time. */
  readonly equityEveryUs?: number
  readonly mode?: 'fused' | 'plain'
  /** Rows between two commits, and between two snapshots. */
  readonly commitRows?: number
  readonly snapshotRows?: number
  readonly clock: Clock
  readonly onProgress?: (progress: Progress) => void
  /** Hears of each turn of the actor's life. Must not throw. */
  readonly watch?: ActorOptions['watch']
  /** Called once, before the first row, with what tells how the run stands: while it goes on, and at its end. */
  readonly observe?: (observe: () => Promise<RunObservation>) => void
}

/** Where a run stands; read once per block. */
export interface Progress {
  /** Records of the mailbox that are done, by earlier runs too. */
  readonly records: number
  readonly rows: number
  /** Event time of the last row, microseconds. */
  readonly at: number
  readonly orders: number
  readonly fills: number
  /** Balance and open positions less the start balance. */
  readonly profit: Minor
}

/** What it came to. Where the actor has stopped, all else is of what it stepped, and not of what it committed. */
export interface RunEnd {
  readonly actor: ActorEnd
  /** Rows of the mailbox, and the quotes and trades among them. */
  readonly rows: number
  readonly ticks: number
  /** Event time of the last row; 0 before the first. */
  readonly lastAt: number
  readonly ledger: Ledger
  /** What the venue counted: orders, fills, rejects, worstQuoteAgeUs ... */
  readonly counts: Readonly<Record<string, number>>
  readonly digests: Digests
  readonly nodes: readonly NodeCount[]
}

/**
 * Runs a strategy over a tape with a simulated venue. A run that was cut off goes on from its last commit when it is
 * called again with the same log, and ends with the digests of an unbroken one.
 *
 * Fails  as `runActor` does; Defect ASSERT and usage FLOW_PARAM for parameters; usage RUN_LOG when the log holds the
 *        outputs of another strategy
 */
export const runStrategy = async (options: RunOptions, signal?: AbortSignal): Promise<RunEnd> => {
  const { strategy, params, tape, log, clock, venue, onProgress } = options
  const { topic, partition } = tape
  const pipeline = strategy.build(params)
  const name = options.name ?? strategy.name
  const task = taskOf(name, partition)
  await checkLog(log, task, partition)
  const fresh = (): Trader => trader({ ...options, name, pipeline, venue: venue(), mailbox: { topic, partition } })
  let current = fresh()
  const start = (): Trader => {
    current = fresh()
    return current
  }
  const { run, status } = actor({
    task,
    log,
    outputs: OUTPUTS,
    mailbox: { log: tape.log, topic, partition, follow: options.follow ?? false },
    behaviour: start,
    clock,
    ...(options.commitRows === undefined ? {} : { commitRows: options.commitRows }),
    ...(options.snapshotRows === undefined ? {} : { snapshotRows: options.snapshotRows }),
    onProgress: ({ offset }) => onProgress?.(progressOf(current, offset)),
    ...(options.watch ? { watch: options.watch } : {}),
  })
  options.observe?.(async () => observationOf(name, strategy.name, await status(), current))
  const end = await run(signal)
  return {
    actor: end,
    rows: current.rows(),
    ticks: current.ticks(),
    lastAt: current.lastAt(),
    ledger: current.ledger(),
    counts: current.counts(),
    digests: current.digests(),
    nodes: current.graph.counts(),
  }
}

/** Not the definitions: a log may hold those of its market. */
const OUTPUTS = [checkpoints, intents, orders, executions, equity].map(({ name }) => name)

/** The outputs of a run have the log to themselves: a replay reads all of them. */
const checkLog = async (log: Log, task: string, partition: number): Promise<void> => {
  for await (const { key } of rowsOf(log, checkpoints.name, partition)) {
    if (key === task) return
    throw new MillraceError('RUN_LOG', `the log holds the run of ${key}, so ${task} cannot write to it`)
  }
}

const progressOf = (current: Trader, records: number): Progress => {
  const { balance, unrealised, startBalance, fills } = current.ledger()
  const profit = (balance + unrealised - startBalance) as Minor
  return { records, rows: current.rows(), at: current.lastAt(), orders: current.counts().orders ?? 0, fills, profit }
}
