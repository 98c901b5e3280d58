import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { deadLetters } from '../../engine/actor/dead-letters.ts'
import { blockOf, type Row } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { quotes, trades } from '../../engine/market/topics.ts'
import { quoteRow, rowsRead } from '../../engine/testing/log/rows.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { parseQuestdb } from './config.ts'
import { openQuestdb, type Questdb } from './questdb.ts'
import { openQuestdbLog } from './questdb-log.ts'
import { questdbSink } from './sink.ts'
import { type Verification, verify } from './verify.ts'

const { http, pg } = inject('questdb')
const url = `questdb://${pg.user}:${pg.password}@${new URL(http).host}?pg=${pg.port}`

let questdb: Questdb
beforeAll(async () => {
  questdb = await openQuestdb({ address: parseQuestdb(url) })
})
afterAll(() => questdb.close())

const MINUTE = 60_000_000
const HOUR = 60 * MINUTE
const START = Math.floor(1_400_000_000_000_000 / HOUR) * HOUR

/** Quotes a minute apart, as records of 50 rows. */
const logOf = async (topic: string, rows: readonly Row[]): Promise<Log> => {
  const log = memoryLog()
  for (let i = 0; i < rows.length; i += 50) await log.append(topic, 0, [blockOf(quotes.schema, rows.slice(i, i + 50))])
  return log
}
const minutes: readonly Row[] = Array.from({ length: 300 }, (_, n) => ({ ...quoteRow(n), at: START + n * MINUTE }))

const store = (log: Log, topic: string): Promise<unknown> =>
  questdbSink({ questdb, log, mailbox: { topic, partition: 0 }, clock: systemClock }).run()

const verified = (log: Log, topic: string, more: object = {}): Promise<Verification> =>
  verify({ questdb, log, topic, partition: 0, clock: systemClock, ...more })

test('a topic and its table are equal in every hour', async () => {
  const log = await logOf('verify.equal', minutes)
  await store(log, 'verify.equal')
  const progress: number[] = []
  const { hours, ...found } = await verified(log, 'verify.equal', {
    onProgress: ({ rows }: { rows: number }) => progress.push(rows),
  })
  expect(found).toEqual({
    ...{ topic: 'verify.equal', partition: 0, topicRows: 300, tableRows: 300, rejects: 0, hole: null },
  })
  expect(hours.map(({ at, topicRows }) => [(at - START) / HOUR, topicRows])).toEqual([0, 1, 2, 3, 4].map(h => [h, 60]))
  expect(hours.every(({ topicDigest, tableDigest }) => topicDigest === tableDigest)).toBe(true)
  expect(progress).toEqual([50, 100, 150, 200, 250, 300, 50, 100, 150, 200, 250, 300])
})

test('the first row that the table lacks, has too many or has in another way is named', async () => {
  const cases = {
    lacks: minutes.toSpliced(249, 1),
    differs: minutes.with(130, { ...minutes[130]!, ask: -0 }),
    exceeds: [...minutes, { ...quoteRow(1), at: START + 2 * HOUR }],
  }
  const holes: Record<string, unknown> = {}
  for (const [name, stored] of Object.entries(cases)) {
    const topic = `verify.${name}`
    await store(await logOf(topic, stored), topic)
    holes[name] = (await verified(await logOf(topic, minutes), topic, { until: 7 })).hole
  }
  expect(holes).toEqual({
    lacks: {
      ...{ type: 'different', place: 'verify.lacks/0/4#49', hour: START + 4 * HOUR },
      ...{ topicRow: expect.stringContaining('"bid":1.00249'), tableRow: expect.stringContaining('"bid":1.0025') },
    },
    differs: {
      ...{ type: 'different', place: 'verify.differs/0/2#30', hour: START + 2 * HOUR },
      ...{ topicRow: expect.stringContaining('"ask":1.00131'), tableRow: expect.stringContaining('"ask":"-0"') },
    },
    exceeds: {
      ...{ type: 'extra', place: 'verify.exceeds/0/6#0', hour: START + 2 * HOUR },
      ...{ topicRow: null, tableRow: expect.stringContaining('"bid":1.00001') },
    },
  })
  const nothing = await verified(await logOf('verify.nowhere', minutes), 'verify.nowhere')
  expect(nothing).toMatchObject({ tableRows: 0, hole: { type: 'missing', place: 'verify.nowhere/0/0#0', hour: START } })
})

test('rows that were refused stand in the rejects with their reason, and are no holes', async () => {
  const bad = minutes.map((row, n) => {
    if (n === 7) return { ...row, bid: Number.POSITIVE_INFINITY }
    if (n === 8) return { ...row, at: row.at + 0.5 }
    return n % 100 === 60 ? { ...row, at: -row.at } : row
  })
  const log = await logOf('verify.bad', bad)
  await store(log, 'verify.bad')
  expect(await verified(log, 'verify.bad')).toMatchObject({ topicRows: 295, tableRows: 295, rejects: 5, hole: null })
  const words = 'designated timestamp before 1970-01-01 is not allowed'
  const expected = [
    ['verify.bad/0/0#7', 'bid is Infinity, which no column holds'],
    ['verify.bad/0/0#8', `its time ${START + 8 * MINUTE + 0.5} is no whole microsecond`],
    ...['1#10', '3#10', '5#10'].map(at => [`verify.bad/0/${at}`, expect.stringContaining(words)]),
  ]
  const sql = "select place, reason, record from rejects where source = 'verify.bad/0' order by seq"
  const noted = await questdb.query(sql)
  expect(noted.map(([place, reason]) => [place, reason])).toEqual(expected)
  const [{ rows: letters = [] } = {}] = await rowsRead(log, 'questdb.dead-letters', 0)
  expect(letters.map(({ place, reason }) => [place, reason])).toEqual(expected)
  expect(letters.map(({ record }) => record)).toEqual(noted.map(([, , record]) => record))
  expect(JSON.parse(String(letters[2]!.record))).toMatchObject({ at: -(START + 60 * MINUTE), bid: 1.0006 })
  expect(letters[0]).toMatchObject({ code: 'QUESTDB_ROW', at: START + 7 * MINUTE })
  expect(deadLetters.schema.fields.every(({ name }) => name in letters[0]!)).toBe(true)
})

test('one table of a topic of several is compared alone', async () => {
  const log = await logOf('verify.two', minutes)
  await log.append('verify.two', 0, [
    blockOf(trades.schema, [{ at: START, key: 'EURUSD', price: 1, size: 2, side: 'buy' }]),
  ])
  await store(log, 'verify.two')
  expect(await verified(log, 'verify.two')).toMatchObject({ topicRows: 301, tableRows: 301, hole: null })
  const trade = await verified(log, 'verify.two', { table: 'trades' })
  expect(trade).toMatchObject({ topicRows: 1, tableRows: 1, hole: null })
})

test('features of any shape are compared, too', async () => {
  const schema = { id: 91, name: 'z', fields: ['z', 'adx'].map(name => ({ name, type: 'f64' as const, unit: '1' })) }
  const log = memoryLog()
  const rows = Array.from({ length: 100 }, (_, n) => ({ at: START + n, key: 'EURUSD', z: n / 7, adx: n % 9 ? n : NaN }))
  await log.append('verify.features', 0, [blockOf(schema, rows)])
  await store(log, 'verify.features')
  expect(await verified(log, 'verify.features')).toMatchObject({ topicRows: 100, tableRows: 100, hole: null })
})

test('features of several schemas in one topic are told apart by the names of their numbers', async () => {
  const numbers = (id: number, name: string, ...names: string[]) => ({
    ...{ id, name, fields: names.map(field => ({ name: field, type: 'f64' as const, unit: '1' })) },
  })
  const [both, one, other] = [numbers(92, 'both', 'z', 'adx'), numbers(93, 'one', 'z'), numbers(94, 'other', 'rsi')]
  const log = memoryLog()
  for (let at = START; at < START + 30; at += 3) {
    await log.append('verify.several', 0, [
      blockOf(both, [{ at, key: 'EURUSD', z: at, adx: 2 }]),
      blockOf(one, [{ at, key: 'EURUSD', z: at / 7 }]),
      blockOf(other, [{ at, key: 'EURUSD', rsi: Number.NaN }]),
    ])
  }
  await store(log, 'verify.several')
  expect(await verified(log, 'verify.several')).toMatchObject({ topicRows: 30, tableRows: 30, hole: null })
  await log.append('verify.several', 0, [blockOf(numbers(95, 'twin', 'adx', 'z'), [{ at: 1, key: 'a', adx: 1, z: 1 }])])
  await store(log, 'verify.several')
  await expect(verified(log, 'verify.several')).rejects.toMatchObject({
    code: 'QUESTDB_TABLE',
    message: 'table features cannot tell apart rows of both and of twin, both with adx and z',
  })
})

test('the tables are a log to read from', async () => {
  const log = await logOf('verify.log', minutes)
  await store(log, 'verify.log')
  const tables = await openQuestdbLog(url)
  const [info] = (await tables.topics()).filter(({ topic }) => topic === 'verify.log')
  expect(info).toEqual({
    ...{ topic: 'verify.log', partition: 0, schema: 'quote', end: 6, rows: 300, bytes: 0 },
    ...{ firstAt: START, lastAt: START + 299 * MINUTE },
  })
  expect(await tables.end('verify.log', 0)).toBe(6)
  expect(await tables.end('verify.log', 1)).toBe(0)
  expect(await rowsRead(tables, 'verify.log', 0, { from: 2, until: 4 })).toEqual(
    await rowsRead(log, 'verify.log', 0, { from: 2, until: 4 }),
  )
  expect(await rowsRead(tables, 'nobody', 0)).toEqual([])
  await tables.arrival('verify.log', 0, 5)
  await tables.arrival('verify.log', 0, 6, AbortSignal.timeout(20))
  for (const write of [tables.append('a', 0, []), tables.fence('a'), tables.drop('a'), tables.lag('a', 'b', 0)])
    await expect(write).rejects.toMatchObject({ code: 'QUESTDB_READ_ONLY' })
  await tables.close()
})
