import { deadLetters } from '../../engine/actor/dead-letters.ts'
import { financings } from '../../engine/market/financing.ts'
import type { Schema } from '../../engine/market/topic.ts'
import {
  bars,
  bookDeltas,
  bookSnapshots,
  clock,
  conditionalIntents,
  conditionalOrders,
  instruments,
  intents,
  orders,
  quotes,
  trades,
} from '../../engine/market/topics.ts'
import { equity, executions, turnedExecutions } from '../../engine/run/topics.ts'

/**
 * A table of the tick store. Beside its own columns it has
 *
 * ```text
 * at      TIMESTAMP  event time, microseconds, the designated timestamp
 * <key>   SYMBOL     the key of the row: instrument, account
 * venue   SYMBOL     of market data, where the instrument's definition tells it
 * source  SYMBOL     'topic/partition' that the row came from
 * seq     LONG       its place there: offset * 4096 + row
 * ```
 * and (at, source, seq) is the identity of a row: what is sent twice is stored once, and two real rows of the same
 * microsecond stay two. A table of `notes` has no topic, so no source and seq: its identity is at and what it lists.
 */
export interface Table {
  readonly name: string
  readonly key: string
  readonly columns: readonly Column[]
  readonly partitionBy: 'DAY' | 'MONTH' | 'YEAR'
  /**
   * How it is filled: `rows` of a topic as they are; `levels` of a book, one table row for a whole update; `values`,
   * one table row for each number of a row; `notes` that the process itself writes.
   */
  readonly shape: 'rows' | 'levels' | 'values' | 'notes'
  /** The name of the schema whose rows it takes. */
  readonly schema: string | null
  readonly hasVenue: boolean
  /** Columns of the identity beside those of the shape. */
  readonly identity: readonly string[]
}

export interface Column {
  readonly name: string
  readonly type: 'SYMBOL' | 'VARCHAR' | 'DOUBLE' | 'LONG' | 'DOUBLE[][]'
  /** The field of the schema. */
  readonly field: string
}

/** 'bidSize' is the column bid_size. */
export const columnName = (field: string): string => field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

const typed =
  (type: Column['type']) =>
  (...fields: readonly string[]): readonly Column[] =>
    fields.map(field => ({ name: columnName(field), type, field }))

const symbols = typed('SYMBOL')
const texts = typed('VARCHAR')
const numbers = typed('DOUBLE')
const counts = typed('LONG')
const grids = typed('DOUBLE[][]')

const table = (name: string, columns: readonly Column[], more: Partial<Table> = {}): Table => ({
  name,
  key: 'instrument',
  columns,
  partitionBy: 'DAY',
  shape: 'rows',
  schema: null,
  hasVenue: false,
  identity: [],
  ...more,
})

/** Texts of which there are as many as rows; all others are few and become symbols. */
const manifold: ReadonlySet<string> = new Set(['id', 'orderId', 'reason', 'place', 'record', 'ref', 'parent', 'group'])

const tableOf = (name: string, { name: schema, fields }: Schema, more: Partial<Table> = {}): Table => {
  const columns = fields.flatMap(({ name: field, type }) => {
    if (type === 'f64') return numbers(field)
    return manifold.has(field) ? texts(field) : symbols(field)
  })
  return table(name, columns, { schema, ...more })
}

/** Prices in the first row of a grid, sizes in the second, best level first or as the venue sent them. */
const books = (name: string, { name: schema }: Schema, ...sequences: string[]): Table =>
  table(name, [...grids('bids', 'asks'), ...numbers(...sequences)], { schema, shape: 'levels', hasVenue: true })

const notes = (name: string, key: string, columns: readonly Column[], identity: readonly string[]): Table =>
  table(name, columns, { key, shape: 'notes', partitionBy: 'MONTH', identity })

/** Any topic of numbers that has no table of its own goes here, one row for each number. */
export const features: Table = table('features', [...symbols('feature'), ...numbers('value')], {
  shape: 'values',
  identity: ['feature'],
})

/** Rows that were refused, by us or by the server, with the words of who refused them. */
export const rejects: Table = notes(
  'rejects',
  'key',
  [...symbols('source', 'code'), ...counts('seq'), ...texts('reason', 'place', 'record')],
  ['source', 'seq'],
)

/**
 * What begins to be wrong, by the name of the Prometheus rule, and with severity 'over' what is so no more; `task` is
 * the group and what it reads, or the partition that is stored.
 */
export const alerts: Table = notes(
  'alerts',
  'instrument',
  [...symbols('alert', 'severity', 'task'), ...texts('message')],
  ['alert', 'task', 'instrument'],
)

/** Every few seconds how far a consumer group, the `task`, is behind. */
export const lag: Table = notes(
  'lag',
  'task',
  [...symbols('topic'), ...counts('partition', 'records', 'behindUs')],
  ['task', 'topic', 'partition'],
)

const prediction = [...symbols('model'), ...numbers('horizonUs', 'value', 'probability', 'outcome')]

/**
 * All tables. `store` fills them: those of `rows` and `levels` from the topics whose schema they bear, which doors and
 * runs write; `rejects`, `lag` and `alerts` by itself. No verb writes a topic of features, bars or predictions: who
 * makes one in a program of his own, has it stored; predictions in a topic whose schema is called 'prediction' and has
 * fields called like the columns. `fills`, `positions`, `order_updates` and `accounts` are views: see answers.ts.
 */
export const tables: readonly Table[] = [
  tableOf('quotes', quotes.schema, { hasVenue: true }),
  tableOf('trades', trades.schema, { hasVenue: true }),
  books('book_snapshots', bookSnapshots.schema, 'last'),
  books('book_deltas', bookDeltas.schema, 'first', 'last', 'previous'),
  tableOf('bars', bars.schema, { hasVenue: true }),
  tableOf('clock', clock.schema),
  tableOf('instruments', instruments.schema, { partitionBy: 'YEAR' }),
  tableOf('financings', financings.schema, { partitionBy: 'YEAR' }),
  features,
  table('predictions', prediction, { schema: 'prediction' }),
  tableOf('intents', intents.schema),
  // An order names its instrument in a field of its own.
  tableOf('orders', orders.schema, { key: 'key' }),
  tableOf('conditional_intents', conditionalIntents.schema),
  tableOf('conditional_orders', conditionalOrders.schema, { key: 'key' }),
  tableOf('executions', executions.schema),
  tableOf('turned_executions', turnedExecutions.schema),
  tableOf('equity', equity.schema, { key: 'account' }),
  tableOf('dead_letters', deadLetters.schema, { key: 'key' }),
  rejects,
  alerts,
  lag,
]

/** Schemas of the topics that are read back without a log that tells them. */
export const schemas: readonly Schema[] = [
  ...[instruments, quotes, trades, bookSnapshots, bookDeltas, bars, clock, financings, intents, orders],
  ...[conditionalIntents, conditionalOrders, executions, turnedExecutions, equity, deadLetters],
].map(({ schema }) => schema)

/** Where rows of a schema go; undefined when it has no table and is not of numbers alone. */
export const tableFor = ({ name, fields }: Schema): Table | undefined =>
  tables.find(({ schema }) => schema === name) ??
  (fields.length > 0 && fields.every(({ type }) => type === 'f64') ? features : undefined)

/** What makes a row the same row when it is sent again. */
export const identityOf = ({ shape, identity }: Table): readonly string[] =>
  shape === 'notes' ? ['at', ...identity] : ['at', 'source', 'seq', ...identity]
