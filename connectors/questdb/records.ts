import { MillraceError } from '../../engine/errors.ts'
import { type BlockBuilder, blockBuilder } from '../../engine/log/build.ts'
import type { LogRecord } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { positionOfSeq } from './place.ts'
import type { Postgres } from './postgres.ts'
import { spansOf, type Wanted } from './spans.ts'
import { type Table, tableFor, schemas as usualSchemas } from './tables.ts'
import { type TopicRow, topicRows } from './topic-rows.ts'

export interface ReadOptions {
  /** Schemas that the topic may hold. Default: those of market and desk. */
  readonly schemas?: readonly Schema[]
  /** Rows that the server sorts at a time. Default 250,000. */
  readonly spanRows?: number
}

/**
 * The records of a topic partition as the tables have them: the rows of the topic in their order, bit for bit, and cut
 * as they were there. A row that was refused is missing. Reads what is applied: see `applied`.
 *
 * Fails  Fault QUESTDB_DOWN, QUESTDB_QUERY; Fault QUESTDB_TABLE for two schemas with numbers of the same names: the
 *        table of features tells its rows apart by them
 *
 * @example
 * for await (const { block } of readRecords(questdb, { source: 'eurusd/0', from: 1_400_000_000_000_000 })) step(block)
 */
export async function* readRecords(
  postgres: Postgres,
  wanted: Wanted,
  { schemas = usualSchemas, spanRows }: ReadOptions = {},
): AsyncGenerator<LogRecord> {
  const parts = schemas.flatMap((schema): Part[] => {
    const table = tableFor(schema)
    return table === undefined ? [] : [{ schema, table }]
  })
  checkNames(parts)
  const tables = [...new Set(parts.map(({ table }) => table))]
  for (const span of await spansOf(postgres, tables, wanted, spanRows)) {
    const some = parts.filter(({ table }) => span.tables.includes(table))
    yield* inOrder(some.map(({ table, schema }) => recordsOf(schema, topicRows(postgres, table, schema, span))))
  }
}

interface Part {
  readonly schema: Schema
  readonly table: Table
}

const checkNames = (parts: readonly Part[]): void => {
  const features = parts.filter(({ table }) => table.shape === 'values')
  for (const [names, [one, other]] of Map.groupBy(features, ({ schema }) => namesOf(schema))) {
    if (other === undefined) continue
    const found = `rows of ${one!.schema.name} and of ${other.schema.name}, both with ${names}`
    throw new MillraceError('QUESTDB_TABLE', `table ${other.table.name} cannot tell apart ${found}`)
  }
}

const namesOf = ({ fields }: Schema): string =>
  fields
    .map(({ name }) => name)
    .sort()
    .join(' and ')

/** Records of several tables in the order of their offsets: each comes from one table. */
async function* inOrder(sources: readonly AsyncGenerator<LogRecord>[]): AsyncGenerator<LogRecord> {
  const heads = new Map<AsyncGenerator<LogRecord>, LogRecord>()
  const advance = async (source: AsyncGenerator<LogRecord>): Promise<void> => {
    const { done, value } = await source.next()
    if (done) heads.delete(source)
    else heads.set(source, value)
  }
  try {
    for (const source of sources) await advance(source)
    while (heads.size > 0) {
      const [source, record] = [...heads].reduce((a, b) => (b[1].offset < a[1].offset ? b : a))
      yield record
      await advance(source)
    }
  } finally {
    for (const source of sources) await source.return(undefined)
  }
}

/** Rows with the same offset are a record. The block is filled anew for the next. */
async function* recordsOf(schema: Schema, rows: AsyncIterable<readonly TopicRow[]>): AsyncGenerator<LogRecord> {
  const builder = blockBuilder(schema)
  const columns = schema.fields.map(({ name }) => builder.block.columns[name]!)
  const seqs: number[] = []
  let offset = -1
  for await (const some of rows) {
    for (const row of some) {
      const found = positionOfSeq(row[0]).offset
      if (found !== offset && seqs.length > 0) {
        yield recordOf(offset, builder, seqs.splice(0))
        builder.clear()
      }
      offset = found
      const place = seqs.push(row[0]) - 1
      builder.block.at[place] = row[1]
      builder.block.key[place] = builder.keyIndex(row[2])
      for (let i = 0; i < columns.length; i++) columns[i]![place] = row[i + 3] as never
      builder.block.count = place + 1
    }
  }
  if (seqs.length > 0) yield recordOf(offset, builder, seqs)
}

/** A record that lacks rows tells where the others are. */
const recordOf = (offset: number, { block }: BlockBuilder, seqs: readonly number[]): LogRecord => {
  const [first, last] = [seqs[0]!, seqs.at(-1)!]
  const isWhole = positionOfSeq(first).row === 0 && last - first === seqs.length - 1
  return isWhole ? { offset, block } : { offset, block, positions: row => positionOfSeq(seqs[row] ?? last + 1) }
}
