import type { Behaviour } from '../actor/behaviour.ts'
import type { Key } from '../flow/driver.ts'
import { compile, type Graph } from '../flow/graph.ts'
import { encodeState } from '../flow/state.ts'
import { BLOCK_ROWS, type Block } from '../log/block.ts'
import { rowOf } from '../log/build.ts'
import { digestBlock, digestHex } from '../log/digest.ts'
import type { LogRecord } from '../log/port.ts'
import { positionOf } from '../log/position.ts'
import { type Financing, financings } from '../market/financing.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Stamped } from '../market/topic.ts'
import { bars, bookDeltas, bookSnapshots, clock, instruments, quotes, trades } from '../market/topics.ts'
import type { Micros } from '../market/units.ts'
import {
  beforeBar,
  beforeOther,
  beforeQuote,
  beforeTrade,
  chargeFinancing,
  decide,
  define,
  hear,
  hearWaiting,
} from './dealing.ts'
import {
  type Desk,
  latestAt,
  newDesk,
  restoreDesk,
  rowOfDesk,
  saveDesk,
  stateDigest,
  type TraderOptions,
} from './desk.ts'
import { type Digests, digestsOf, taskOf } from './digests.ts'
import type { Ledger } from './ledger.ts'
import type { OrderTally } from './order-tally.ts'
import { rowsWithin } from './range.ts'
import { type Checkpoint, checkpoints } from './topics.ts'
import type { Answer } from './venue.ts'

/** A strategy at a simulated venue, as the behaviour of an actor; and what it has come to so far. */
export interface Trader extends Behaviour {
  readonly graph: Graph
  /** An answer of a venue that is not here: a replay gives the recorded ones, between rows. */
  hear(answer: Answer): void
  ledger(): Ledger
  /** What became of its orders. */
  orders(): OrderTally
  /** Rows of the mailbox stepped: the place between rows where an answer is heard. */
  rows(): number
  /** Of these, quotes and trades: all but definitions, clock records and financings. */
  ticks(): number
  /** Event time of the last row. */
  lastAt(): number
  /** What the venue counted. */
  counts(): Readonly<Record<string, number>>
  digests(): Digests
}

/**
 * A strategy and the venue that answers it: rows go in, answers are heard between rows, intents become orders.
 * Everything that happens is written to the outputs; nothing here asks a clock.
 */
export const trader = (options: TraderOptions): Trader => {
  const graph: Graph = compile(options.pipeline, {
    output: (intent, key) => decide(desk, intent, key),
    ...(options.mode === undefined ? {} : { mode: options.mode }),
  })
  const desk = newDesk(options, graph)
  return {
    graph,
    step: (record, from, to) => step(desk, record, from, to),
    row: () => rowOfDesk(desk),
    outputs: () => desk.out.take(),
    progress: () => encodeState({ rows: desk.rows, ...desk.chains }),
    snapshot: () => saveDesk(desk),
    restore: bytes => restoreDesk(desk, bytes),
    hear: answer => hear(desk, answer, desk.rows),
    ledger: () => desk.ledger,
    orders: () => desk.orders,
    rows: () => desk.rows,
    ticks: () => desk.rows - desk.others,
    lastAt: () => desk.lastAt,
    counts: () => options.venue.counts(),
    digests: () => digestsOf(desk.chains, stateDigest(graph)),
  }
}

const step = (desk: Desk, record: LogRecord, from: number, to: number): void => {
  const { block } = record
  desk.record = record
  const isDefinition = block.schema.id === instruments.schema.id
  const runs = isDefinition ? [[from, to] as const] : rowsWithin(block, from, to, desk.range)
  for (const [first, last] of runs) {
    stepRun(desk, block, first, last)
    if (last < to) hearWaiting(desk, desk.rows)
  }
  if (!isDefinition && to === block.count && endsForAll(record)) check(desk, record)
  hearWaiting(desk, desk.rows)
  desk.otherRow = null
}

/** Where the run stands after a record, and before the answers that its last row brought about. */
const check = ({ options, out, chains, rows }: Desk, record: LogRecord): void => {
  const last = record.block.count - 1
  const checkpoint: Checkpoint = {
    at: record.block.at[last]! as Micros,
    offset: positionOf(record, last).offset,
    rows,
    input: digestHex(chains.input),
    fills: digestHex(chains.fills),
  }
  out.push(checkpoints, taskOf(options.name, options.mailbox.partition), checkpoint)
}

/** Where rows come one by one, a block is what has arrived: only full spans of offsets end in every run. */
const endsForAll = (record: LogRecord): boolean =>
  record.positions === undefined || positionOf(record, record.block.count).offset % BLOCK_ROWS === 0

const stepRun = (desk: Desk, block: Block, from: number, to: number): void => {
  const { graph } = desk
  digestBlock(desk.chains.input, block, from, to)
  desk.scanned = from
  desk.begin = from - desk.rows
  desk.orderRow = -1
  if (block.schema.id === graph.plan.source.schema.id) drive(desk, block, from, to)
  else for (let row = from; row < to; row++) stepOther(desk, block, row)
  latestAt(desk, to - 1)
  desk.rows = to - desk.begin
  desk.lastAt = block.at[to - 1]!
}

/** Rows of the topic that the graph reads. */
const drive = (desk: Desk, block: Block, from: number, to: number): void => {
  const { graph } = desk
  const after = (): number => graph.row() - desk.begin
  const quote = (key: Key, record: never): void => beforeQuote(desk, key, record, after())
  const trade = (key: Key, record: never): void => beforeTrade(desk, key, record, after())
  const bar = (key: Key, record: never): void => beforeBar(desk, key, record, after())
  const other = (key: Key): void => beforeOther(desk, key, after())
  const { id } = block.schema
  const before = id === quotes.schema.id ? quote : id === trades.schema.id ? trade : id === bars.schema.id ? bar : other
  graph.drive(block, from, to, before)
}

/** A row of a topic that the graph does not read but may hear. */
const stepOther = (desk: Desk, block: Block, row: number): void => {
  const { graph } = desk
  const { id } = block.schema
  desk.otherRow = row
  hearWaiting(desk, row - desk.begin)
  const { key, ...record } = rowOf(block, row) as unknown as Stamped & { readonly key: string }
  if (noTicks.includes(id)) desk.others += 1
  if (id === clock.schema.id) graph.tick(record.at)
  else if (id === instruments.schema.id) define(desk, key, record as unknown as Instrument)
  else {
    if (id === quotes.schema.id) beforeQuote(desk, graph.key(key), record as never, row - desk.begin)
    else if (id === trades.schema.id) beforeTrade(desk, graph.key(key), record as never, row - desk.begin)
    else if (id === bars.schema.id) beforeBar(desk, graph.key(key), record as never, row - desk.begin)
    else if (id === financings.schema.id) chargeFinancing(desk, key, record as Financing, row - desk.begin)
    const topic = heardTopics.find(({ schema }) => schema.id === id)
    if (topic) graph.push(topic.name, key, record)
  }
}

/** What a market topic may carry beside the topic that the graph reads. */
const heardTopics = [quotes, trades, bars, bookDeltas, bookSnapshots, financings]

const noTicks = [clock, instruments, financings].map(({ schema }) => schema.id)
