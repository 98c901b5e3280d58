import { expect, test } from 'vitest'
import { type Alarm, alarmBook, drawdownAlarms, lagAlarms, retryAlarms, rowAlarms, type SeenSink } from './alarms.ts'

const MINUTE = 60_000_000

const sink = (more: Partial<SeenSink>): SeenSink => ({
  ...{ task: 'questdb/a/0', source: 'a/0', pending: 0, oldestMs: 0, rows: 0, rejects: 0, bytes: 0, retries: 0 },
  ...{ waitingFor: null, ...more },
})

const told = (alarms: readonly Alarm[]): unknown[] => alarms.map(({ alert, severity, task }) => [alert, severity, task])

test('what is wrong has the names that the rules of Prometheus have', () => {
  const statuses = (['ok', 'warning', 'stall', 'stop', 'rewind'] as const).map((status, partition) => ({
    ...{ group: 'desk', topic: 'ticks', partition, status },
  }))
  expect(told(lagAlarms(statuses))).toEqual([
    ['LagGrowing', 'warning', 'desk ticks/1'],
    ['ConsumerStalled', 'critical', 'desk ticks/2'],
    ['ConsumerStalled', 'critical', 'desk ticks/3'],
    ['ConsumerRewound', 'warning', 'desk ticks/4'],
  ])
  expect(told(retryAlarms([sink({}), sink({ source: 'b/0', waitingFor: 'no answer' })]))).toEqual([
    ['SinkRetrying', 'warning', 'b/0'],
  ])
  const falls = new Map(Object.entries({ flat: 0, none: Number.NaN, edge: 0.02, fallen: 0.021, deep: 0.0301 }))
  expect(drawdownAlarms(falls).map(({ alert, task, message }) => [alert, task, message])).toEqual([
    ['Drawdown', 'fallen', 'equity is 2.10 % below its peak'],
    ['DrawdownDeep', 'deep', 'equity is 3.01 % below its peak'],
  ])
})

test('rows that are refused, and dead letters, are wrong until ten minutes bring no more', () => {
  const lost = rowAlarms()
  const [plain, letters] = [(rejects: number) => sink({ rows: 9, rejects }), (rows: number) => letterSink(rows)]
  expect(lost([plain(0), letters(0)], 0)).toEqual([])
  expect(told(lost([plain(1), letters(2)], MINUTE))).toEqual([
    ['SinkRejects', 'warning', 'a/0'],
    ['DeadLetters', 'warning', 'desk.dead-letters/0'],
  ])
  expect(told(lost([plain(2), letters(2)], 10 * MINUTE)).length).toBe(2)
  // The second sink has begun again.
  expect(told(lost([plain(2), letters(0)], 11 * MINUTE))).toEqual([['SinkRejects', 'warning', 'a/0']])
  expect(lost([plain(2), letters(0)], 20 * MINUTE)).toEqual([])
  expect(told(lost([plain(2), letters(1)], 21 * MINUTE))).toEqual([['DeadLetters', 'warning', 'desk.dead-letters/0']])
})

const letterSink = (rows: number): SeenSink => sink({ source: 'desk.dead-letters/0', rows })

test('it is noted when it has lasted, once, and when it is over', () => {
  const notesOf = alarmBook()
  const alarm: Alarm = { alert: 'LagGrowing', severity: 'warning', task: 't', message: 'm', lastsUs: MINUTE }
  const note = { alert: 'LagGrowing', task: 't', message: 'm' }
  expect(notesOf([alarm], 0)).toEqual([])
  // Gone before it had lasted: it begins anew.
  expect(notesOf([], 1)).toEqual([])
  expect(notesOf([alarm], 2)).toEqual([])
  expect(notesOf([alarm], MINUTE)).toEqual([])
  expect(notesOf([alarm], MINUTE + 2)).toEqual([{ ...note, at: MINUTE + 2, severity: 'warning' }])
  expect(notesOf([alarm], MINUTE + 3)).toEqual([])
  expect(notesOf([], MINUTE + 4)).toEqual([{ ...note, at: MINUTE + 4, severity: 'over' }])
  expect(notesOf([{ ...alarm, lastsUs: 0 }], MINUTE + 5)).toMatchObject([{ severity: 'warning' }])
})
