import { createHash } from 'node:crypto'
import type { Behaviour } from '../actor/behaviour.ts'
import type { Key } from '../flow/driver.ts'
import { compile, type Graph, type GraphSnapshot } from '../flow/graph.ts'
import type { Pipeline } from '../flow/pipeline.ts'
import { decodeState, encodeState } from '../flow/state.ts'
import type { Block } from '../log/block.ts'
import { rowOf } from '../log/build.ts'
import { digestBlock, digestHex, digestRecord } from '../log/digest.ts'
import { ALL_KEYS } from '../market/account.ts'
import { type Terms, termsOf } from '../market/decimal.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Intent, Order } from '../market/order.ts'
import type { Quote } from '../market/quote.ts'
import type { Stamped } from '../market/topic.ts'
import {
  accounts,
  bars,
  clock,
  fills,
  instruments,
  intents,
  orders,
  orderUpdates,
  quotes,
  trades,
} from '../market/topics.ts'
import type { Micros, Minor } from '../market/units.ts'
import { type Chains, chains, type Digests, digestsOf } from './digests.ts'
import { bookFill, equitySample, type Ledger, ledger, mark } from './ledger.ts'
import { outbox } from './outbox.ts'
import { rowsWithin } from './range.ts'
import { checkpoints, equity, executionOf, executions, fillFacts, orderFacts, updateFacts } from './topics.ts'
import type { Answer, SimulatedVenue } from './venue.ts'

export interface TraderOptions {
  readonly pipeline: Pipeline<Intent>
  readonly venue: SimulatedVenue
  readonly startBalance: Minor
  readonly mailbox: { readonly topic: string; readonly partition: number }
  /** Only rows with event time in [from, to) are stepped. */
  readonly from?: number
  readonly to?: number
  /** How often equity is recorded while a position is open, beside each close, microseconds of event time. */
  readonly equityEveryUs?: number
  readonly mode?: 'fused' | 'plain'
}

/** A strategy at a simulated venue, as the behaviour of an actor; and what it has come to so far. */
export interface Trader extends Behaviour {
  /** An answer of a venue that is not here: a replay gives the recorded ones, between rows. */
  hear(answer: Answer): void
  ledger(): Ledger
  /** Rows of the mailbox stepped: the place between rows where an answer is heard. */
  rows(): number
  /** Of these, quotes and trades: all but definitions and clock records. */
  ticks(): number
  /** Event time of the last row. */
  lastAt(): number
  counts(): Readonly<Record<string, number>>
  digests(): Digests
  readonly graph: Graph
}

const MINUTE_US = 60_000_000

interface Desk {
  readonly options: TraderOptions
  readonly graph: Graph
  readonly out: ReturnType<typeof outbox>
  readonly terms: Map<string, Terms>
  /** Answers that came while a row was being stepped: heard when it is done. */
  readonly waiting: Answer[]
  chains: Chains
  ledger: Ledger
  rows: number
  /** Rows that are no ticks: definitions, clock records. */
  others: number
  offset: number
  block: Block | null
  /** Row of the block at which the run of rows under way began. */
  begin: number
  /** The row that is being stepped, when the graph does not drive it itself. */
  otherRow: number | null
  /** Orders of the row that is being stepped. */
  serial: number
  orderRow: number
  lastAt: number
  sampleAt: number
}

/**
 * A strategy and the venue that answers it: rows go in, answers are heard between rows, intents become orders.
 * Everything that happens is written to the outputs; nothing here asks a clock.
 */
export const trader = (options: TraderOptions): Trader => {
  const desk: Desk = {
    options,
    graph: compile(options.pipeline, {
      output: (intent, key) => decide(desk, intent, key),
      ...(options.mode === undefined ? {} : { mode: options.mode }),
    }),
    out: outbox(options.mailbox.partition),
    terms: new Map(),
    waiting: [],
    chains: chains(),
    ledger: ledger(options.startBalance),
    rows: 0,
    others: 0,
    offset: 0,
    block: null,
    begin: 0,
    otherRow: null,
    serial: 0,
    orderRow: -1,
    lastAt: 0,
    sampleAt: 0,
  }
  return {
    graph: desk.graph,
    step(block, offset, from, to) {
      desk.offset = offset
      step(desk, block, from, to)
    },
    row: () => desk.otherRow ?? desk.graph.row(),
    outputs: () => desk.out.take(),
    progress: () => encodeState({ rows: desk.rows, ...desk.chains }),
    snapshot: () => snapshot(desk),
    restore: bytes => restore(desk, bytes),
    hear: answer => hear(desk, answer, desk.rows),
    ledger: () => desk.ledger,
    rows: () => desk.rows,
    ticks: () => desk.rows - desk.others,
    lastAt: () => desk.lastAt,
    counts: () => options.venue.counts(),
    digests: () => digestsOf(desk.chains, stateDigest(desk.graph)),
  }
}

/** The digest of all state of a graph. */
export const stateDigest = (graph: Graph): string =>
  createHash('sha256').update(encodeState(graph.snapshot())).digest('hex').slice(0, 32)

const step = (desk: Desk, block: Block, from: number, to: number): void => {
  const isDefinition = block.schema.id === instruments.schema.id
  const runs = isDefinition ? [[from, to] as const] : rowsWithin(block, from, to, desk.options)
  for (const [first, last] of runs) stepRun(desk, block, first, last)
  if (!isDefinition && to === block.count) {
    const record = {
      at: block.at[to - 1]! as Micros,
      offset: desk.offset,
      rows: desk.rows,
      input: digestHex(desk.chains.input),
    }
    desk.out.push(checkpoints, ALL_KEYS, record)
  }
}

const stepRun = (desk: Desk, block: Block, from: number, to: number): void => {
  digestBlock(desk.chains.input, block, from, to)
  desk.block = block
  desk.begin = from - desk.rows
  desk.orderRow = -1
  if (block.schema.id === desk.graph.plan.source.schema.id) {
    desk.graph.drive(block, from, to, (key, record) => beforeRow(desk, key, record, desk.graph.row() - desk.begin))
  } else for (let row = from; row < to; row++) stepOther(desk, block, row)
  desk.otherRow = null
  desk.rows = to - desk.begin
  desk.lastAt = block.at[to - 1]!
  hearWaiting(desk, desk.rows)
}

/** Rows of a topic that the graph does not read but may hear. */
const stepOther = (desk: Desk, block: Block, row: number): void => {
  const { graph } = desk
  desk.otherRow = row
  const { key, ...record } = rowOf(block, row) as unknown as Stamped & { readonly key: string }
  const { id } = block.schema
  if (id === clock.schema.id || id === instruments.schema.id) desk.others += 1
  if (id === clock.schema.id) graph.tick(record.at)
  else if (id === instruments.schema.id) define(desk, key, record as unknown as Instrument)
  else {
    if (id === quotes.schema.id) beforeRow(desk, graph.key(key), record as never, row - desk.begin)
    const topic = heardTopics.find(({ schema }) => schema.id === id)
    if (topic) graph.push(topic.name, key, record)
  }
}

/** What a market topic may carry beside the topic that the graph reads. */
const heardTopics = [quotes, trades, bars]

const define = ({ graph, ledger, options, out, terms }: Desk, key: string, instrument: Instrument): void => {
  out.push(instruments, key, instrument)
  terms.set(key, termsOf(instrument))
  options.venue.define(instrument)
  graph.push(instruments.name, key, instrument)
  graph.push(accounts.name, ALL_KEYS, { at: instrument.at, balance: ledger.balance } as Stamped)
}

/** Ahead of a row that the venue wants to see: its answers come first, then the position is marked. */
const beforeRow = (desk: Desk, key: Key, quote: never, after: number): void => {
  const { graph, ledger, options } = desk
  const { at } = quote as Quote
  hearWaiting(desk, after)
  options.venue.onQuote(key.name, quote, answer => hear(desk, answer, after))
  mark(ledger, key.name, quote)
  graph.watch(key, options.venue.watches(key.name))
  if (at < desk.sampleAt) return
  desk.sampleAt = at + (options.equityEveryUs ?? MINUTE_US)
  desk.out.push(equity, ALL_KEYS, equitySample(ledger, at))
}

const hearWaiting = (desk: Desk, after: number): void => {
  for (const answer of desk.waiting.splice(0)) hear(desk, answer, after)
}

const heardAs = { fill: fills.name, update: orderUpdates.name, account: accounts.name }

/** An answer enters the mailbox: it is written down, booked, and heard by the graph. */
const hear = (desk: Desk, answer: Answer, after: number): void => {
  const { chains, graph, out } = desk
  const key = answer.type === 'account' ? ALL_KEYS : answer.instrument
  out.push(executions, key, executionOf(answer, after))
  digestAnswer(chains, answer)
  if (answer.type === 'fill') {
    const closed = bookFill(desk.ledger, key, answer.value, desk.terms.get(key)!)
    if (closed) out.push(equity, ALL_KEYS, equitySample(desk.ledger, closed.closedAt))
  }
  graph.push(heardAs[answer.type], key, answer.value)
}

/** Fills and updates go into their digests; an account follows from the fills. */
export const digestAnswer = (chains: Chains, answer: Answer): void => {
  if (answer.type === 'fill') digestRecord(chains.fills, fillFacts, answer.instrument, answer.value)
  else if (answer.type === 'update') digestRecord(chains.orders, updateFacts, answer.instrument, answer.value)
}

/** An intent leaves the graph: it gets an id from its cause, is written down, and goes to the venue. */
const decide = (desk: Desk, borrowed: Intent, key: Key): void => {
  const { chains, graph, options, out } = desk
  const row = desk.otherRow ?? graph.row()
  // When it was decided: the row's own time, not that of an earlier quote which the row released from a conflate.
  const at = desk.block!.at[row]! as Micros
  desk.serial = row === desk.orderRow ? desk.serial + 1 : 0
  desk.orderRow = row
  const { topic, partition } = options.mailbox
  const id = `${topic}/${partition}/${desk.offset}#${row}-${desk.serial}`
  const order: Order = { ...borrowed, at, id, instrument: key.name as Order['instrument'] }
  out.push(intents, key.name, order)
  out.push(orders, key.name, order)
  digestRecord(chains.decisions, intents.schema, key.name, order)
  digestRecord(chains.orders, orderFacts, key.name, order)
  options.venue.submit(order, at, answer => desk.waiting.push(answer))
  if (desk.waiting.length > 0) watchAll(desk)
  else graph.watch(key, true)
}

/** An answer that waits must be heard before the next row, whichever key that has. */
const watchAll = ({ graph, terms }: Desk): void => {
  for (const name of terms.keys()) graph.watch(graph.key(name), true)
}

const snapshot = (desk: Desk): Uint8Array => {
  const { chains, graph, ledger, rows, others, lastAt, sampleAt, terms, options } = desk
  const venue = options.venue.snapshot()
  return encodeState({ graph: graph.snapshot(), venue, ledger, chains, rows, others, lastAt, sampleAt, terms })
}

const restore = (desk: Desk, bytes: Uint8Array): void => {
  const saved = decodeState(bytes) as ReturnType<typeof savedShape>
  desk.graph.restore(saved.graph)
  desk.options.venue.restore(saved.venue)
  desk.ledger = saved.ledger
  desk.chains = saved.chains
  desk.rows = saved.rows
  desk.others = saved.others
  desk.lastAt = saved.lastAt
  desk.sampleAt = saved.sampleAt
  for (const [name, terms] of saved.terms) {
    desk.terms.set(name, terms)
    desk.graph.watch(desk.graph.key(name), desk.options.venue.watches(name))
  }
}

/** The type of what `snapshot` writes. */
declare const savedShape: () => Pick<
  Desk,
  'ledger' | 'chains' | 'rows' | 'others' | 'lastAt' | 'sampleAt' | 'terms'
> & {
  readonly graph: GraphSnapshot
  readonly venue: unknown
}
