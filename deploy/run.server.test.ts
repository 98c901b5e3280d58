import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, expect, inject, test } from 'vitest'
import { parseKafka } from '../connectors/kafka/config.ts'
import { openKafkaLog } from '../connectors/kafka/kafka-log.ts'
import { mendKafkajs } from '../connectors/kafka/mend-kafkajs.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { rowOf } from '../engine/log/build.ts'
import { PARAMS } from './chaos/outcome.ts'
import { wideMarket } from './testing/market.ts'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const places = folders()
afterAll(places.remove)

const SAMPLE = ['--regime', 'mean-reverting', '--rows', '300000', '--set', 'adxMax=60']

const place = () => {
  const [home, address] = [places.make(), `kafka://${inject('kafka')}/${randomUUID()}`]
  const run = (...args: string[]) => millrace([...args, '--log', address, '--json'], { home })
  return { home, run, address }
}

test('C2 C5: a strategy on Kafka comes to the digests of the backtest, and its replay to the same', async () => {
  const { home, run } = place()
  const embedded = documentOf(await millrace(['backtest', 'mean-reversion', ...SAMPLE, '--json'], { home }))
  const first = documentOf(await run('run', 'mean-reversion', ...SAMPLE, '--to-end'))
  expect(first).toMatchObject({ status: 'finished', digests: embedded.digests, rowsHere: 300_001 })
  expect((first.partitions as { orders: number }[])[0]!.orders).toBeGreaterThan(100)

  // Once more: there is nothing left to do, and what was done still stands.
  const again = documentOf(await run('run', 'mean-reversion', ...SAMPLE, '--to-end'))
  expect(again).toMatchObject({ digests: embedded.digests, rowsHere: 0 })
  const replayed = JSON.parse((await run('replay', 'mean-reversion')).stdout)
  expect(replayed).toMatchObject([{ partition: 0, equal: true, recorded: embedded.digests, end: { rows: 300_001 } }])
})

test('C2 C5: a run that is killed is held against all that it had committed, whatever it had noted', async () => {
  const { home, run, address } = place()
  const log = await openKafkaLog(parseKafka(address))
  const market = wideMarket(5, 20_000)
  const set = Object.entries(PARAMS).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const trade = ['run', 'mean-reversion', '--topic', 'market', ...set]
  const killed = async (name: string): Promise<void> => {
    const started = Promise.withResolvers<ChildProcess>()
    const args = [...trade, '--name', name, '--log', address]
    const done = millrace(args, { home, started: started.resolve })
    const lag = () => log.lag(`${name}/0`, 'market', 0)
    await expect.poll(lag, { timeout: 60_000 }).toBe(0)
    ;(await started.promise).kill('SIGKILL')
    expect((await done).signal).toBe('SIGKILL')
  }
  const replayed = async (name: string) => {
    const [part] = JSON.parse((await run('replay', name)).stdout)
    return [part.equal, part.committed, part.noted?.rows ?? null]
  }
  const says = async (name: string) => (await millrace(['replay', name, '--log', address], { home })).stdout

  await log.append('market', 0, market.slice(0, -2))
  expect((await run(...trade, '--to-end', '--name', 'ended')).code).toBe(0)
  const [isEqual, before, noted] = await replayed('ended')
  expect([isEqual, noted]).toEqual([true, before])
  await log.append('market', 0, market.slice(-2))
  await killed('ended')
  const rows = market.reduce((sum, { count }) => sum + count, 0)
  expect(await replayed('ended')).toEqual([true, rows, before])
  expect(await says('ended')).toContain('its state was compared at')
  await killed('never-ended')
  expect(await replayed('never-ended')).toEqual([true, rows, null])
  expect(await says('never-ended')).toContain('it has noted no end')
  expect((await run(...trade, '--to-end', '--name', 'ended')).code).toBe(0)
  expect(await replayed('ended')).toEqual([true, rows, rows])
  await log.close()
})

test('C11: a backtest and a tape file from a topic of Kafka', async () => {
  const { home, run, address } = place()
  const embedded = documentOf(await millrace(['backtest', 'mean-reversion', ...SAMPLE, '--json'], { home }))
  const copied = await millrace(['record', String(embedded.topic), '--out', `${home}/copy.tape`], { home })
  expect(copied.code, copied.stderr).toBe(0)
  expect(documentOf(await run('import', `${home}/copy.tape`))).toMatchObject({ topic: 'copy', rows: 300_001 })
  const set = ['--set', 'adxMax=60']
  expect(documentOf(await run('backtest', 'mean-reversion', '--topic', 'copy', ...set)).digests).toEqual(
    embedded.digests,
  )
  const from = ['backtest', 'mean-reversion', '--from', address, '--topic', 'copy', ...set, '--json']
  expect(documentOf(await millrace(from, { home })).digests).toEqual(embedded.digests)
})

test('a run goes on with what it began with, and another log than Kafka is refused', async () => {
  const { home, run } = place()
  await run('run', 'mean-reversion', '--rows', '10000', '--to-end')
  const other = await run('run', 'mean-reversion', '--rows', '10000', '--to-end', '--set', 'window=30')
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("run 'mean-reversion' goes on with what it")])
  expect((await run('run', 'mean-reversion', '--rows', '10000', '--to-end', '--name', 'other')).code).toBe(0)
  const lmdb = await millrace(['run', 'mean-reversion'], { home })
  expect(lmdb.stderr).toContain('CLI_FLAG: run works on a log that processes share, expected --log kafka://host:port')
})

test('C2: ticks that somebody else writes as JSON, one a message', async () => {
  const { home, address } = place()
  const topic = `ticks-${randomUUID()}`
  // The other one is spared its timers of negative length, too.
  mendKafkajs()
  const kafka = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING })
  const [admin, producer] = [kafka.admin(), kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })]
  await Promise.all([admin.connect(), producer.connect()])
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })
  for (const block of sampleMarket({ rows: 20_000 }).blocks()) {
    const messages = Array.from({ length: block.count }, (_, n) => {
      const { at, key, bid, ask } = rowOf(block, n)
      return { value: JSON.stringify({ ts: at, s: key, b: String(bid), a: ask }) }
    })
    await producer.send({ topic, messages: [...messages, { value: 'no JSON at all' }] })
  }
  const decode = ['--decode', 'json:at=ts,key=s,bid=b,ask=a,unit=us', '--instrument', 'EURUSD']
  const log = ['--log', address.split('/').slice(0, 3).join('/'), '--name', randomUUID()]
  const args = ['run', 'ema-cross', '--topic', topic, ...decode, ...log, '--to-end', '--json']
  const done = await millrace(args, { home })
  expect(done.code, done.stderr).toBe(0)
  const [{ ticks, rejects }] = documentOf(done).partitions as [{ ticks: number; rejects: { deadLetters: number } }]
  const letters = rejects.deadLetters
  expect({ ticks, letters }).toEqual({ ticks: 20_000, letters: 5 })
  const replayed = await millrace(['replay', log[3]!, ...log.slice(0, 2), ...decode, '--json'], { home })
  expect(JSON.parse(replayed.stdout), replayed.stderr).toMatchObject([{ equal: true }])
  // It does not stay for a log that it had opened.
  const unlisted = await millrace(['replay', log[3]!, ...log.slice(0, 2), ...decode.slice(0, 2)], { home })
  expect([unlisted.code, unlisted.stderr]).toEqual([2, expect.stringContaining('--decode needs the instruments')])
  const turned = await millrace(
    args.map(arg => arg.replace('bid=b,ask=a', 'bid=a,ask=b')),
    { home },
  )
  expect([turned.code, turned.stderr]).toEqual([2, expect.stringContaining(`its ticks were read by ${decode[1]}`)])

  // Others keep what they write as long as they like: the run goes on where it stands.
  await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '15000' }] })
  await producer.send({ topic, messages: [{ value: '{"ts":2000000000000000,"s":"EURUSD","b":1,"a":1}' }] })
  await Promise.all([admin.disconnect(), producer.disconnect()])
  const later = await millrace(args, { home })
  expect(later.code, later.stderr).toBe(0)
  expect(documentOf(later)).toMatchObject({ rowsHere: 1, partitions: [{ ticks: ticks + 1 }] })
})
