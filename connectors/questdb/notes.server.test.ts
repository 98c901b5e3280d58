import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { systemClock } from '../../engine/time/clock.ts'
import { applied } from './applied.ts'
import { type Note, openNotes } from './notes.ts'
import { openQuestdb, type Questdb } from './questdb.ts'
import { alerts, lag, rejects } from './tables.ts'
import { addressOf } from './testing/address.ts'

const address = addressOf(inject('questdb'))

let questdb: Questdb
beforeAll(async () => {
  questdb = await openQuestdb({ address })
})
afterAll(() => questdb.close())

const read = async (sql: string): Promise<unknown> => {
  await applied(questdb, systemClock)
  return questdb.query(sql)
}

const alert = (at: number, more: object = {}): Note => ({
  ...{ at, instrument: 'EURUSD', alert: 'stale', severity: 'warning', task: 'notes-test', message: 'no quote for 5 s' },
  ...more,
})

test('columns of any type, some of them empty, texts of any letters', async () => {
  await questdb.note(alerts, [
    alert(1, { message: 'a "b" \\ c\nd, e=f ü€😀' }),
    alert(2, { severity: null, message: null }),
    { at: 3, alert: 'a b,c=d', task: 'notes-test' },
  ])
  const columns = 'at, instrument, alert, severity, message'
  expect(await read(`select ${columns} from alerts where task = 'notes-test' and at < 10 order by at`)).toEqual([
    [1, 'EURUSD', 'stale', 'warning', 'a "b" \\ c\nd, e=f ü€😀'],
    [2, 'EURUSD', 'stale', null, null],
    [3, null, 'a b,c=d', null, null],
  ])
  const measured = { at: 1, task: 'notes-test', topic: 'quotes', partition: 7, records: 2 ** 53 - 1, behind_us: -1 }
  await questdb.note(lag, [measured, { ...measured, at: 2, records: null, behind_us: Number.NaN }])
  expect(await read(`select "partition", records, behind_us from lag where task = 'notes-test' order by at`)).toEqual([
    [7, 2 ** 53 - 1, -1],
    [7, null, null],
  ])
})

test('what is written at once arrives, and what is written twice is stored once', async () => {
  const some = Array.from({ length: 20 }, (_, i) => [100 + 2 * i, 101 + 2 * i].map(at => alert(at)))
  await Promise.all([...some, ...some].map(notes => questdb.note(alerts, notes)))
  const sql = `select count(), count_distinct(at) from alerts where task = 'notes-test' and at >= 100 and at < 200`
  expect(await read(sql)).toEqual([[40, 40]])
})

test('close stores what was written before it', async () => {
  const notes = openNotes(address)
  const written = notes.write(alerts, [alert(300)])
  await notes.close()
  await written
  expect(await read(`select count() from alerts where task = 'notes-test' and at = 300`)).toEqual([[1]])
})

test('a note that would poison the others is refused before it is sent, or by the server', async () => {
  for (const [note, words] of [
    [alert(400, { message: 5 }), 'alerts.message is VARCHAR, but a note has 5 there'],
    [alert(400, { colour: 'red' }), 'alerts.colour is no column, but a note has "red" there'],
    [alert(-1), 'alerts: a note has a time from 1970 on, not -1'],
    [alert(0.5), 'alerts: a note has a time from 1970 on, not 0.5'],
  ] as const)
    await expect(questdb.note(alerts, [alert(400), note])).rejects.toMatchObject({ code: 'ASSERT', message: words })
  await expect(
    questdb.note(lag, [{ at: 400, task: 'notes-test', topic: 'quotes', partition: 0, records: 1e21 }]),
  ).rejects.toMatchObject({ code: 'ASSERT', message: 'lag.records is LONG, but a note has 1e+21 there' })
  await expect(questdb.note(rejects, [{ at: 400, key: '\u0000', source: 'notes/0', seq: 0 }])).rejects.toMatchObject({
    code: 'QUESTDB_ROW',
    message: expect.stringContaining('statusCode=400'),
  })
  await questdb.note(alerts, [alert(401)])
  expect(await read(`select at from alerts where task = 'notes-test' and at >= 400`)).toEqual([[401]])
})
