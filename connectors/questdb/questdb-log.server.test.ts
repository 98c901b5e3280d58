import { expect, inject, test } from 'vitest'
import { blockOf, type Row } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log, LogSource } from '../../engine/log/port.ts'
import { currency } from '../../engine/market/cash.ts'
import { instruments, orders } from '../../engine/market/topics.ts'
import { minor } from '../../engine/market/units.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import { runStrategy } from '../../engine/run/run-strategy.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import { paperVenue } from '../paper/venue.ts'
import { sampleMarket } from '../sample/sample.ts'
import { parseQuestdb } from './config.ts'
import { openQuestdb } from './questdb.ts'
import { openQuestdbLog } from './questdb-log.ts'
import { questdbSink } from './sink.ts'

const { http, pg } = inject('questdb')
const url = `questdb://${pg.user}@${new URL(http).host}?pg=${pg.port}`
const { password } = pg

const TOPIC = 'log.market'
const BALANCE = minor(100_000_000_000)

const recorded = async (): Promise<Log> => {
  const log = memoryLog()
  const market = sampleMarket({ regime: 'mean-reverting', rows: 30_000, instruments: ['EURUSD', 'XAUUSD'] })
  const definitions = market.instruments.map(instrument => ({ key: instrument.id, ...instrument }) as unknown as Row)
  await log.append(TOPIC, 0, [blockOf(instruments.schema, definitions), ...market.blocks()])
  return log
}

/** A backtest over the topic as this log has it: its digests, and the orders with their ids. */
const backtest = async (source: LogSource, range: { from?: number; to?: number } = {}) => {
  const log = memoryLog()
  const end = await runStrategy({
    ...{ strategy: meanReversion, params: { adxMax: 60 }, tape: { log: source, topic: TOPIC, partition: 0 }, log },
    venue: () => paperVenue({ latencyUs: 1000, startBalance: BALANCE, currency: currency('USD', 6) }),
    ...{ startBalance: BALANCE, clock: systemClock, ...range },
  })
  const ids: string[] = []
  for await (const { id } of rowsOf(log, orders.name, 0)) ids.push(String(id))
  return { digests: end.digests, ids }
}

test('a backtest over the tables is the backtest over the topic, to the ids of its orders', async () => {
  const log = await recorded()
  const questdb = await openQuestdb({ address: parseQuestdb(url, { password }) })
  await questdbSink({ questdb, log, mailbox: { topic: TOPIC, partition: 0 }, clock: systemClock }).run()
  await questdb.close()
  const tables = await openQuestdbLog(url, { password })
  const whole = await backtest(log)
  expect(whole.ids.length).toBeGreaterThan(40)
  expect(await backtest(tables)).toEqual(whole)
  const { firstAt, lastAt } = (await log.topics())[0]!
  const third = (lastAt! - firstAt!) / 3
  const range = { from: Math.floor(firstAt! + third), to: Math.floor(firstAt! + 2 * third) }
  expect(await backtest(tables, range)).toEqual(await backtest(log, range))
  await tables.close()
})
