import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { blockOf, type Row } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import { executions, turnedExecutions } from '../../engine/run/topics.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { answerViews, clearTables } from './answers.ts'
import { applied } from './applied.ts'
import { openQuestdb, type Questdb } from './questdb.ts'
import { questdbSink } from './sink.ts'
import { addressOf } from './testing/address.ts'

const address = addressOf(inject('questdb'))

let questdb: Questdb
beforeAll(async () => {
  questdb = await openQuestdb({ address })
})
afterAll(() => questdb.close())

const store = async (topic: string, ...blocks: ReturnType<typeof blockOf>[]): Promise<void> => {
  const log = memoryLog()
  await log.append(topic, 0, blocks)
  await questdbSink({ questdb, log, mailbox: { topic, partition: 0 }, clock: systemClock }).run()
  await applied(questdb, systemClock)
}

const START = 1_700_000_000_000_000
const blank = { after: 0, orderId: '', side: '', state: '', reason: '', lots: 0, price: 0, fee: 0, quoteAgeUs: 0 }

const answer = (second: number, key: string, type: string, more: object): Row => ({
  ...{ at: START + second * 1e6, key, type, ...blank, balance: 0, ...more },
})
const fill = (second: number, key: string, dealt: { side: string; lots: number; price: number; state?: string }): Row =>
  answer(second, key, 'fill', { orderId: `o${second}`, fee: 2, ...dealt })

test('what the venue answered is shown by its kind, and positions add up', async () => {
  await store(
    'answers.desk.executions',
    blockOf(executions.schema, [
      answer(0, 'A', 'update', { orderId: 'o1', state: 'accepted', side: 'buy', lots: 5 }),
      fill(1, 'A', { side: 'buy', lots: 5, price: 100 }),
      answer(1, 'A', 'account', { balance: 990 }),
      fill(2, 'A', { side: 'sell', lots: 7, price: 110 }),
    ]),
    blockOf(turnedExecutions.schema, [{ ...fill(3, 'A', { side: 'buy', lots: 2, price: 90 }), sell: 1.5, buy: 1.25 }]),
    blockOf(executions.schema, [
      fill(4, 'B', { side: 'buy', lots: 3, price: 10, state: 'long' }),
      fill(5, 'B', { side: 'sell', lots: 1, price: 11, state: 'short' }),
    ]),
  )
  await store(
    'answers.other.executions',
    blockOf(executions.schema, [fill(1, 'A', { side: 'sell', lots: 1, price: 100 })]),
  )
  const ofDesk = "where run = 'answers.desk'"
  const columns = 'instrument, order_id, side, leg, lots, price, fee, sell, buy'
  const fills = `select (at - ${START}) / 1000000, ${columns} from fills`
  expect(await questdb.query(`${fills} ${ofDesk}`)).toEqual([
    [1, 'A', 'o1', 'buy', '', 5, 100, 2, null, null],
    [2, 'A', 'o2', 'sell', '', 7, 110, 2, null, null],
    [3, 'A', 'o3', 'buy', '', 2, 90, 2, 1.5, 1.25],
    [4, 'B', 'o4', 'buy', 'long', 3, 10, 2, null, null],
    [5, 'B', 'o5', 'sell', 'short', 1, 11, 2, null, null],
  ])
  expect(await questdb.query(`select instrument, leg, lots, paid, fees, price from positions ${ofDesk}`)).toEqual([
    ['A', '', 5, 500, 2, 100],
    ['A', '', -2, -270, 4, 110],
    ['A', '', 0, -90, 6, 90],
    ['B', 'long', 3, 30, 2, 10],
    ['B', 'short', -1, -11, 2, 11],
  ])
  // What is asked of a part of the time counts what was held before it.
  const later = `${ofDesk} and instrument = 'A' and at > '2023-11-14T22:13:21.5'`
  expect(await questdb.query(`select lots from positions ${later}`)).toEqual([[-2], [0]])
  const latest = `select lots from positions ${ofDesk} latest on at partition by run, instrument, leg order by lots`
  expect(await questdb.query(latest)).toEqual([[-1], [0], [3]])
  expect(await questdb.query(`select at, sum(lots) from fills ${ofDesk} sample by 1d`)).toEqual([
    [Math.floor(START / 86_400e6) * 86_400e6, 18],
  ])
  expect(await questdb.query(`select order_id, state, side, lots_left from order_updates ${ofDesk}`)).toEqual([
    ['o1', 'accepted', 'buy', 5],
  ])
  expect(await questdb.query(`select balance from accounts ${ofDesk}`)).toEqual([[990]])
})

test('a topic whose schema is called prediction has its table', async () => {
  const names = ['horizonUs', 'value', 'probability', 'outcome']
  const fields = [
    { name: 'model', type: 'text' as const, unit: 'name' },
    ...names.map(name => ({ name, type: 'f64' as const, unit: '' })),
  ]
  const row = { at: START, key: 'A', model: 'm', horizonUs: 60e6, value: 1.5, probability: 0.75, outcome: 0 }
  await store('answers.guesses', blockOf({ id: 901, name: 'prediction', fields }, [row]))
  const columns = 'instrument, model, horizon_us, value, probability, outcome'
  expect(await questdb.query(`select ${columns} from predictions where source = 'answers.guesses/0'`)).toEqual([
    ['A', 'm', 60e6, 1.5, 0.75, 0],
  ])
})

test('tables of an earlier version make way: empty ones are dropped, one with rows is kept aside', async () => {
  const names = ['answers_empty', 'answers_held']
  const kept = 'answers_held_of_version_3'
  const found = () => questdb.query("select table_name from tables() where table_name like 'answers_%' order by 1")
  for (const name of names)
    await questdb.query(`create table ${name} (at TIMESTAMP, lots DOUBLE) timestamp(at) partition by DAY WAL`)
  await questdb.query('insert into answers_held values (1, 2)')
  await expect.poll(() => questdb.query('select count() from answers_held')).toEqual([[1]])
  await Promise.all([1, 2, 3].map(() => clearTables(questdb, names)))
  await clearTables(questdb, names)
  expect(await found()).toEqual([[kept]])
  await questdb.query(`drop table ${kept}`)
  const valid = await questdb.query("select view_name from views() where view_status = 'valid'")
  expect(valid.flat()).toEqual(expect.arrayContaining(Object.keys(answerViews)))
})
