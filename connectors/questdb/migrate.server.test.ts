import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { blockOf } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import { quotes, trades } from '../../engine/market/topics.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { applied } from './applied.ts'
import { columnTypes, createTable, migrate } from './migrate.ts'
import { openPostgres, type Postgres } from './postgres.ts'
import { openQuestdb, type Questdb } from './questdb.ts'
import { questdbSink } from './sink.ts'
import { alerts, type Table, tables } from './tables.ts'
import { addressOf } from './testing/address.ts'
import { fading } from './ttl.ts'

const address = addressOf(inject('questdb'))

/** A busy machine needs longer than the usual second. */
const SOON = { timeout: 60_000 }

let questdb: Questdb
beforeAll(async () => {
  questdb = await openQuestdb({ address })
})
afterAll(() => questdb.close())

const tableNamed = (name: string): Table => ({ ...tables[0]!, name })

const created = async (...names: string[]): Promise<Table[]> => {
  for (const name of names) await questdb.query(`drop table if exists ${name}`)
  return names.map(tableNamed)
}

test('every table is written ahead, partitioned, and stores a row that is sent twice once', async () => {
  const found = await questdb.query('select table_name, walEnabled, dedup, partitionBy from tables() order by 1')
  const ours = found.filter(([name]) => tables.some(table => table.name === name))
  expect(ours).toEqual(
    tables
      .map(({ name, partitionBy }) => [name, true, true, partitionBy])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  )
  const versions = await questdb.query('select version, name from millrace_migrations order by version')
  expect(versions).toEqual(
    expect.arrayContaining([
      [1, 'tables'],
      [2, 'bars from quotes and trades'],
      [3, 'turned executions'],
      [4, 'fills, positions, order updates and accounts from executions'],
    ]),
  )
})

test('migrating again, and many at once, changes nothing', async () => {
  const declared = await created('migrate_once')
  await Promise.all([1, 2, 3].map(() => migrate(questdb, { tables: declared })))
  const written: string[] = []
  // What others note at the same time, who have opened a new database, is not counted.
  const query: Postgres['query'] = (sql, values) => {
    if (/^(insert|alter|drop)/i.test(sql)) written.push(sql)
    return questdb.query(sql, values)
  }
  await migrate({ ...questdb, query }, { tables: declared })
  await migrate({ ...questdb, query })
  expect(written).toEqual([])
  await created('migrate_once')
})

test('rows for a table that was dropped and made again go to the new one', async () => {
  const [table] = await created('migrate_anew')
  const line = (n: number) => Buffer.from(`migrate_anew,source=a/0,instrument=A seq=${n}i,bid=1 5t\n`)
  for (const n of [1, 2]) {
    await created('migrate_anew')
    await migrate(questdb, { tables: [table!] })
    const opened = await openQuestdb({ address })
    expect(await opened.send(line(n))).toEqual({ type: 'stored' })
    await opened.close()
    await expect.poll(() => questdb.query('select seq from migrate_anew'), SOON).toEqual([[n]])
  }
  await created('migrate_anew')
})

test('rows are kept for as long as is said', async () => {
  const declared = await created('migrate_ttl')
  const ttl = () => questdb.query("select ttlValue, ttlUnit from tables() where table_name = 'migrate_ttl'")
  await migrate(questdb, { tables: declared })
  expect(await ttl()).toEqual([[0, 'HOUR']])
  await migrate(questdb, { tables: declared, ttl: { migrate_ttl: '30 DAYS' } })
  await expect.poll(ttl, SOON).toEqual([[30, 'DAY']])
  for (const [name, time] of [
    ['migrate_ttl', 'for ever'],
    ['migrate_ttl', "1 DAY; drop table 'quotes'"],
    ['nowhere', '1 DAY'],
  ] as const)
    await expect(migrate(questdb, { tables: declared, ttl: { [name]: time } })).rejects.toMatchObject({
      code: 'QUESTDB_TTL',
      message: `rows of table '${name}' cannot be kept for '${time}', expected is a table and '30 DAYS'`,
    })
  await created('migrate_ttl')
})

test('rows that are older than is kept are not dropped without a word', async () => {
  const declared = await created('migrate_old')
  const keep = (time: string) => migrate(questdb, { tables: declared, ttl: { migrate_old: time } })
  await migrate(questdb, { tables: declared })
  await questdb.query("insert into migrate_old (at, source, seq) values ('2014-05-13T16:53:20.000000Z', 'a/0', 1)")
  await expect.poll(() => questdb.query('select seq from migrate_old'), SOON).toEqual([[1]])
  const found = "table migrate_old has 1 rows older than '30 DAYS', the first of 2014-05-13"
  const wayOut = 'if that is meant: ALTER TABLE migrate_old SET TTL 30 DAYS'
  await expect(keep('30 DAYS')).rejects.toMatchObject({
    code: 'QUESTDB_TTL',
    message: `${found}: a row of today would drop them; ${wayOut}`,
  })
  await keep('99 YEARS')
  await questdb.query('alter table migrate_old set ttl 30 DAYS')
  await expect.poll(() => keep('30 DAYS').then(() => 'kept', String), SOON).toBe('kept')
  await created('migrate_old')
})

test('a tape that ends before all that its table keeps is told', async () => {
  const tape = {
    ...{ topic: 'tape', partition: 0, schema: 'instrument+prediction', end: 1, rows: 1, bytes: 0 },
    firstAt: 0,
  }
  const today = { ...tape, topic: 'today', lastAt: Date.now() * 1000 }
  const topics = [{ ...tape, lastAt: 1_400_000_000_000_000 }, today, { ...tape, firstAt: null, lastAt: null }]
  expect(await fading(questdb, topics)).toEqual([])
  await questdb.query('alter table predictions set ttl 99 WEEKS')
  const told = () => fading(questdb, topics)
  await expect
    .poll(told, SOON)
    .toEqual([
      'tape ends on 2014-05-13, before all that table predictions keeps: a row of today there drops it whole; ' +
        'give it a database of its own, or ALTER TABLE predictions SET TTL 0 DAYS',
    ])
  await questdb.query('alter table predictions set ttl 0 DAYS')
  await expect.poll(told, SOON).toEqual([])
})

test('a table that is another is refused with the first column in which it is', async () => {
  const [table] = await created('migrate_other')
  const other = (change: (sql: string) => string) => questdb.query(change(createTable(table!)))
  const cases: (readonly [(sql: string) => string, string])[] = [
    [
      sql => sql.replace('"bid" DOUBLE', '"bid" FLOAT'),
      'column bid of table migrate_other is FLOAT, expected is DOUBLE',
    ],
    [sql => sql.replace('"ask" DOUBLE, ', ''), 'column ask of table migrate_other is missing, expected is DOUBLE'],
    [
      sql => sql.replace('"at", "source", "seq"', '"at", "source"'),
      'column seq of table migrate_other is LONG, expected is LONG in the identity',
    ],
  ]
  for (const [change, message] of cases) {
    await created('migrate_other')
    await other(change)
    await expect(migrate(questdb, { tables: [table!] })).rejects.toMatchObject({ code: 'QUESTDB_TABLE', message })
  }
  await created('migrate_other')
})

test('the columns of a table are its time, key, fields and place', () => {
  expect(columnTypes(tables[0]!).map(([name]) => name)).toEqual(
    ['at', 'instrument', 'venue', 'bid', 'ask', 'bid_size', 'ask_size', 'source', 'seq'], //
  )
  expect(columnTypes(alerts).map(([name]) => name)).toEqual(
    ['at', 'instrument', 'alert', 'severity', 'task', 'message'], //
  )
})

/** Bars by hand: start of the span, open, high, low, close, rows. */
const barsOf = (prices: readonly (readonly [at: number, price: number])[], spanUs: number): number[][] =>
  [...Map.groupBy(prices, ([at]) => Math.floor(at / spanUs) * spanUs)].map(([at, some]) => {
    const values = some.map(([, price]) => price)
    return [at, values[0]!, Math.max(...values), Math.min(...values), values.at(-1)!, values.length]
  })

test('bars are kept from the mid of quotes and from trades', async () => {
  const start = Date.UTC(2026, 0, 5, 10, 58) * 1000
  const prices = [0, 30, 59, 60, 119, 120, 1000, 4000, 90_000].map(
    (second, i) => [start + second * 1e6, 10 + ((7 * i) % 5)] as const,
  )
  const log = memoryLog()
  await log.append('migrate.spans', 0, [
    blockOf(
      quotes.schema,
      prices.map(([at, mid]) => ({ at, key: 'BARS', bid: mid - 1, ask: mid + 1, bidSize: 1, askSize: 1 })),
    ),
    blockOf(
      trades.schema,
      prices.map(([at, price]) => ({ at, key: 'BARS', price, size: 2, side: 'buy' })),
    ),
  ])
  await questdbSink({ questdb, log, mailbox: { topic: 'migrate.spans', partition: 0 }, clock: systemClock }).run()
  const spans = { '1m': 60e6, '5m': 300e6, '1h': 3600e6, '1d': 86_400e6 }
  for (const table of ['quotes', 'trades'])
    for (const [span, spanUs] of Object.entries(spans)) {
      await applied(questdb, systemClock)
      await questdb.query(`refresh materialized view ${table}_${span} incremental`)
      const columns = `at, open, high, low, close, ${table}`
      const sql = `select ${columns} from ${table}_${span} where source = 'migrate.spans/0' order by at`
      const expected = barsOf(prices, spanUs)
      await expect.poll(() => questdb.query(sql), { timeout: 90_000, message: `${table}_${span}` }).toEqual(expected)
    }
  const volumes = "select sum(volume) from trades_1d where source = 'migrate.spans/0'"
  expect(await questdb.query(volumes)).toEqual([[2 * prices.length]])
})

test('a reader with a wrong password is told so', async () => {
  const postgres: Postgres = openPostgres({ ...address, password: 'wrong' })
  await expect(postgres.query('select 1')).rejects.toMatchObject({
    code: 'QUESTDB_LOGIN',
    message: expect.stringContaining("does not let user 'admin' in"),
  })
  await postgres.close()
})

test('values are read as they are, or not at all', async () => {
  const rows = await questdb.query(
    `select 1::int, 2::short, 9007199254740991, true, 1.5f, 0.1, null::double, 'a', at, $1
     from (select 1400000000000001::timestamp at)`,
    ["x'; drop table quotes; --"],
  )
  expect(rows).toEqual([
    [1, 2, 2 ** 53 - 1, true, 1.5, 0.1, null, 'a', 1_400_000_000_000_001, "x'; drop table quotes; --"],
  ])
  await expect(questdb.query('select 9007199254740993')).rejects.toMatchObject({
    code: 'QUESTDB_QUERY',
    message: 'the integer 9007199254740993 is beyond 2^53: it would come back as another',
  })
  await expect(questdb.query('select * from nowhere')).rejects.toMatchObject({
    code: 'QUESTDB_QUERY',
    message: expect.stringMatching(/refuses a query: table does not exist \[table=nowhere\]$/),
  })
})

test('a stream that the server refuses fails where it is read', async () => {
  const rows = questdb.stream('select x from nowhere where x = $1', [1], 10)[Symbol.asyncIterator]()
  await expect(rows.next()).rejects.toMatchObject({
    code: 'QUESTDB_QUERY',
    message: expect.stringMatching(/table does not exist \[table=nowhere\]$/),
  })
  const large = questdb.stream('select 9007199254740990 + x from long_sequence(9) where x > $1', [0], 5)
  await expect(large[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'QUESTDB_QUERY' })
})

test('a stream is given up in the middle, and the connections go on', async () => {
  for (let i = 0; i < 8; i++) {
    let seen = 0
    for await (const rows of questdb.stream('select x from long_sequence(1000000) where x > $1', [1], 1000)) {
      seen += rows.length
      if (seen >= 3000) break
    }
    expect(seen).toBe(3000)
  }
  expect(await questdb.query('select 1')).toEqual([[1]])
})
