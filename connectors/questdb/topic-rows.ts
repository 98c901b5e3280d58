import type { Schema } from '../../engine/market/topic.ts'
import { columnsOf } from './encoder.ts'
import type { Postgres, Value } from './postgres.ts'
import { type Wanted, where } from './spans.ts'
import { columnName, type Table } from './tables.ts'

/** A row as it came from a topic: place, time, key, then its fields in the order of the schema. */
export type TopicRow = readonly [seq: number, at: number, key: string, ...fields: (number | string)[]]

type Rows<Row> = AsyncIterable<readonly Row[]>

/** Rows that the server sends at a time. */
const FETCH_ROWS = 10_000

/** The rows of a schema that a table holds, in the order of the topic, some at a time. */
export const topicRows = (postgres: Postgres, table: Table, schema: Schema, wanted: Wanted): Rows<TopicRow> => {
  const select = (...columns: readonly string[]): Rows<readonly Value[]> => {
    const { sql, values } = where(table, wanted)
    const names = [table.key, ...columns].map(column => `"${column}"`)
    const query = `select seq, at::long, ${names.join(', ')} from "${table.name}" where ${sql} order by seq`
    return postgres.stream(query, values, FETCH_ROWS)
  }
  if (table.shape === 'levels') return levelRows(schema, select)
  if (table.shape === 'values') return valueRows(schema, select)
  return plainRows(table, schema, select)
}

type Select = (...columns: readonly string[]) => Rows<readonly Value[]>

/** What is null in a table was NaN, or an empty text. */
async function* plainRows(table: Table, schema: Schema, select: Select): Rows<TopicRow> {
  const empty = [0, 0, '', ...schema.fields.map(({ type }) => (type === 'f64' ? Number.NaN : ''))]
  for await (const rows of select(...columnsOf(table, schema).map(({ name }) => name))) {
    yield rows.map(row => (row.includes(null) ? row.map((value, i) => value ?? empty[i]!) : row) as unknown as TopicRow)
  }
}

/** The levels of each update, bids first, at places that follow each other. */
async function* levelRows(schema: Schema, select: Select): Rows<TopicRow> {
  const names = schema.fields.map(({ name }) => name)
  const sequences = names.filter(name => !['side', 'price', 'size', 'isFinal'].includes(name))
  for await (const rows of select('bids', 'asks', ...sequences.map(columnName))) {
    yield rows.flatMap(([seq, at, key, bids, asks, ...numbers]) => {
      const levels = [...levelsOf('bid', bids), ...levelsOf('ask', asks)]
      if (levels.length === 0) levels.push({ side: 'none', price: 0, size: 0 })
      const shared = Object.fromEntries(sequences.map((name, i) => [name, numbers[i] ?? Number.NaN]))
      return levels.map((level, i): TopicRow => {
        const record: Record<string, Value> = { ...shared, ...level, isFinal: i + 1 === levels.length ? 1 : 0 }
        return [Number(seq) + i, Number(at), String(key), ...names.map(name => record[name] as number | string)]
      })
    })
  }
}

const levelsOf = (side: 'bid' | 'ask', grid: Value | undefined) => {
  const [prices = [], sizes = []] = gridOf(String(grid))
  return prices.map((price, i) => ({ side: side as string, price, size: sizes[i]! }))
}

/** '{{1.5,NULL},{10.0,-0.0}}' */
const gridOf = (text: string): readonly (readonly number[])[] =>
  [...text.matchAll(/\{([^{}]+)\}/g)].map(([, row]) =>
    row!.split(',').map(number => (number === 'NULL' ? Number.NaN : Number(number))),
  )

/** The numbers of a row put together again; between them are rows of other schemas, whose numbers have other names. */
async function* valueRows(schema: Schema, select: Select): Rows<TopicRow> {
  const places = new Map(schema.fields.map(({ name }, i) => [name, i + 3]))
  const blank = schema.fields.map(() => Number.NaN)
  let open: (number | string)[] = []
  let [ours, others] = [0, 0]
  const isOurs = (): boolean => ours === places.size && others === 0
  for await (const rows of select('feature', 'value')) {
    const done: TopicRow[] = []
    for (const [seq, at, key, feature, value] of rows) {
      if (open[0] !== seq) {
        if (isOurs()) done.push(open as unknown as TopicRow)
        open = [Number(seq), Number(at), String(key), ...blank]
        ;[ours, others] = [0, 0]
      }
      const place = places.get(String(feature))
      if (place === undefined) others += 1
      else {
        ours += 1
        open[place] = (value as number | null) ?? Number.NaN
      }
    }
    yield done
  }
  if (isOurs()) yield [open as unknown as TopicRow]
}
