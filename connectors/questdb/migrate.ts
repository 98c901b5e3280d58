import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import { clearTables, createAnswerViews } from './answers.ts'
import type { Postgres } from './postgres.ts'
import { identityOf, type Table, tables } from './tables.ts'
import { setTtl, type Ttl } from './ttl.ts'
import { barViews } from './views.ts'

export interface MigrateOptions {
  /**
   * How long rows are kept, by table: `{ quotes: '30 DAYS' }`. Event time counts: a row of today lets go of a tape of
   * 2014. What is not named keeps its rows for ever.
   */
  readonly ttl?: Ttl
  readonly tables?: readonly Table[]
}

/** A step from one version of the store to the next. Each statement may be run again and does no harm. */
interface Migration {
  readonly version: number
  readonly name: string
  readonly statements: readonly string[]
  /** What is to be done before them, and depends on what is there. */
  readonly prepare?: (postgres: Postgres) => Promise<void>
}

/**
 * Brings the tables of a server to what is declared: creates what is missing, notes the version in
 * `millrace_migrations`, sets how long rows are kept, and holds every column against its declaration. Several processes
 * may do it at once.
 *
 * Fails  Fault QUESTDB_TABLE when a table is there and is another; usage QUESTDB_VERSION when the store was migrated by
 *        a newer program, QUESTDB_TTL when `ttl` is not as QuestDB writes it, or rows are older; as queries do
 */
export const migrate = async (postgres: Postgres, options: MigrateOptions = {}): Promise<void> => {
  const declared = options.tables ?? tables
  const migrations = migrationsOf(declared)
  const newest = migrations.at(-1)!.version
  await postgres.query(createMigrations)
  const [row] = await postgres.query('select max(version) from millrace_migrations')
  const version = Number(row?.[0] ?? 0)
  if (version > newest) {
    const sentence = `the tables are of version ${version}, this program knows ${newest} versions`
    throw new MillraceError('QUESTDB_VERSION', sentence)
  }
  for (const { statements, prepare } of migrations) {
    await prepare?.(postgres)
    for (const statement of statements) await postgres.query(statement)
  }
  for (const { version: next, name } of migrations.filter(migration => migration.version > version)) {
    await note(postgres, next, name)
  }
  await checkTables(postgres, declared)
  await setTtl(postgres, declared, options.ttl ?? {})
}

const BUSY_MS = 50
const PATIENCE_MS = 10_000

/** One process at a time writes to the table of versions; the others are told that it is busy. */
const note = async (postgres: Postgres, version: number, name: string): Promise<void> => {
  for (const begun = Date.now(); ; await delay(BUSY_MS)) {
    try {
      await postgres.query('insert into millrace_migrations values (now(), $1, $2)', [version, name])
      return
    } catch (error) {
      if (!messageOf(error).includes('table busy') || Date.now() - begun > PATIENCE_MS) throw error
    }
  }
}

const createMigrations = `create table if not exists millrace_migrations (at TIMESTAMP, version LONG, name VARCHAR)
  timestamp(at) partition by YEAR bypass WAL`

const migrationsOf = (declared: readonly Table[]): readonly [Migration, ...Migration[]] => [
  { version: 1, name: 'tables', statements: declared.map(createTable) },
  { version: 2, name: 'bars from quotes and trades', statements: declared === tables ? barViews : [] },
  { version: 3, name: 'turned executions', statements: declared.map(createTable) },
  {
    version: 4,
    name: 'fills, positions, order updates and accounts from executions',
    ...(declared === tables ? { prepare: clearTables, statements: createAnswerViews } : { statements: [] }),
  },
]

/** Different keys, sources and other symbols that a table expects; more are no error. */
const CAPACITY = 1024

/** Columns in their order, with their types. */
export const columnTypes = ({ key, columns, shape, hasVenue }: Table): readonly (readonly [string, string])[] => [
  ['at', 'TIMESTAMP'],
  [key, 'SYMBOL'],
  ...(hasVenue ? [['venue', 'SYMBOL'] as const] : []),
  ...columns.map(({ name, type }) => [name, type] as const),
  ...(shape === 'notes' ? [] : [['source', 'SYMBOL'] as const, ['seq', 'LONG'] as const]),
]

export const createTable = (table: Table): string => {
  const columns = columnTypes(table).map(
    ([name, type]) => `"${name}" ${type}${type === 'SYMBOL' ? ` capacity ${CAPACITY}` : ''}`,
  )
  return `create table if not exists "${table.name}" (${columns.join(', ')}) timestamp(at)
  partition by ${table.partitionBy} WAL dedup upsert keys(${quoted(identityOf(table))})`
}

const quoted = (names: readonly string[]): string => names.map(name => `"${name}"`).join(', ')

/** Names the first column that is not as declared: its absence, its type, its part in the identity. */
const checkTables = async (postgres: Postgres, declared: readonly Table[]): Promise<void> => {
  for (const table of declared) {
    const columns = await postgres.query(`select "column", type, upsertKey from table_columns('${table.name}')`)
    const found = new Map(columns.map(([name, type, isKey]) => [name, `${type}${isKey ? ' in the identity' : ''}`]))
    const identity = identityOf(table)
    for (const [name, type] of columnTypes(table)) {
      const expected = `${type}${identity.includes(name) ? ' in the identity' : ''}`
      if (found.get(name) === expected) continue
      const is = found.get(name) ?? 'missing'
      const sentence = `column ${name} of table ${table.name} is ${is}, expected is ${expected}`
      throw new MillraceError('QUESTDB_TABLE', sentence)
    }
  }
}
