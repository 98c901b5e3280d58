import { createHash } from 'node:crypto'
import type { Graph, GraphSnapshot } from '../flow/graph.ts'
import type { Pipeline } from '../flow/pipeline.ts'
import { decodeState, encodeState } from '../flow/state.ts'
import type { LogRecord } from '../log/port.ts'
import type { Terms } from '../market/decimal.ts'
import type { Intent } from '../market/order.ts'
import type { Minor } from '../market/units.ts'
import { type Chains, chains } from './digests.ts'
import { type Ledger, ledger } from './ledger.ts'
import { type OrderTally, orderTally } from './order-tally.ts'
import { type Outbox, outbox } from './outbox.ts'
import { type RangeState, rangeState, type TimeRange } from './range.ts'
import type { Answer, SimulatedVenue } from './venue.ts'

export interface TraderOptions extends TimeRange {
  /** Of the run, in its order ids and checkpoints. */
  readonly name: string
  readonly pipeline: Pipeline<Intent>
  readonly venue: SimulatedVenue
  readonly startBalance: Minor
  readonly mailbox: { readonly topic: string; readonly partition: number }
  /** How often equity is recorded while a position is open, beside each close, microseconds of event time. */
  readonly equityEveryUs?: number
  readonly mode?: 'fused' | 'plain'
}

/** All that a trader knows: the graph, the ledger, and where in the mailbox it stands. */
export interface Desk {
  readonly options: TraderOptions
  readonly graph: Graph
  readonly out: Outbox
  readonly terms: Map<string, Terms>
  readonly range: RangeState
  /** Answers that came while a row was being stepped: heard when it is done, before the next one. */
  readonly waiting: Answer[]
  chains: Chains
  ledger: Ledger
  orders: OrderTally
  /** Rows of the mailbox stepped, and how many of them are no ticks: definitions, clock records. */
  rows: number
  others: number
  /** The latest event time stepped, and that of the last row. */
  latest: number
  lastAt: number
  /** When equity is recorded next. */
  sampleAt: number

  // Of the record that is being stepped.
  record: LogRecord | null
  /** The row at which the count of rows would be 0. */
  begin: number
  /** Up to which row `latest` is known. */
  scanned: number
  /** The row, when the graph does not drive it itself. */
  otherRow: number | null
  /** The row of the last order, and how many came of it before. */
  orderRow: number
  serial: number
}

export const newDesk = (options: TraderOptions, graph: Graph): Desk => ({
  options,
  graph,
  out: outbox(options.mailbox.partition),
  terms: new Map(),
  range: rangeState(options),
  waiting: [],
  chains: chains(),
  ledger: ledger(options.startBalance, options.venue.currency),
  orders: orderTally(),
  rows: 0,
  others: 0,
  latest: Number.NEGATIVE_INFINITY,
  lastAt: 0,
  sampleAt: 0,
  record: null,
  begin: 0,
  scanned: 0,
  otherRow: null,
  orderRow: -1,
  serial: 0,
})

/** The row that is being stepped. */
export const rowOfDesk = ({ otherRow, graph }: Desk): number => otherRow ?? graph.row()

/** The latest event time up to a row of the block; on a tape with late rows it is not the row's own. */
export const latestAt = (desk: Desk, row: number): number => {
  const { at } = desk.record!.block
  for (; desk.scanned <= row; desk.scanned++) if (at[desk.scanned]! > desk.latest) desk.latest = at[desk.scanned]!
  return desk.latest
}

/** Between two blocks only: what belongs to a block is not saved. */
export const saveDesk = ({ graph, options, range, ...desk }: Desk): Uint8Array => {
  const { chains, ledger, orders, rows, others, latest, lastAt, sampleAt, terms } = desk
  const parts = { chains, ledger, orders, rows, others, latest, lastAt, sampleAt, terms, isOver: range.isOver }
  return encodeState({ graph: graph.state(), venue: options.venue.snapshot(), ...parts })
}

export const restoreDesk = (desk: Desk, bytes: Uint8Array): void => {
  const { graph, venue, terms, isOver, ...saved } = decodeState(bytes) as Saved
  desk.graph.restore(graph)
  desk.options.venue.restore(venue)
  desk.range.isOver = isOver
  Object.assign(desk, saved)
  for (const [name, known] of terms) {
    desk.terms.set(name, known)
    desk.graph.watch(desk.graph.key(name), desk.options.venue.watches(name))
  }
}

type Saved = Pick<
  Desk,
  'ledger' | 'chains' | 'orders' | 'rows' | 'others' | 'latest' | 'lastAt' | 'sampleAt' | 'terms'
> & {
  readonly graph: GraphSnapshot
  readonly venue: unknown
  readonly isOver: boolean
}

/** The digest of all state of a graph. */
export const stateDigest = (graph: Graph): string =>
  createHash('sha256').update(encodeState(graph.state())).digest('hex').slice(0, 32)
