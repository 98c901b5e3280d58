import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { writeTape } from '../connectors/file/tape.ts'
import { paperVenue } from '../connectors/paper/venue.ts'
import type { Row } from '../engine/log/build.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { spread } from '../engine/log/partition.ts'
import type { Log } from '../engine/log/port.ts'
import { scopedLog } from '../engine/log/scoped.ts'
import { currency, parseMoney } from '../engine/market/cash.ts'
import { rowsOf } from '../engine/run/replay.ts'
import { runStrategy } from '../engine/run/run-strategy.ts'
import { systemClock } from '../engine/time/clock.ts'
import { meanReversion } from '../strategies/mean-reversion.ts'
import { readConfig } from './config.ts'
import { openLog } from './logs.ts'
import { wideMarket } from './testing/market.ts'
import { type Done, documentOf, folders, millrace } from './testing/millrace.ts'

const PARTITIONS = 8
const INSTRUMENTS = 40
const ROWS = Number(process.env.MILLRACE_ROWS ?? 300_000)
const TOPICS = ['intents', 'orders', 'executions', 'checkpoints']

const { make, remove } = folders()
afterAll(remove)

const PARAMS = { barMs: 2000, adxMax: 60, enter: 1.5 }

const market = wideMarket(INSTRUMENTS, ROWS)

/** What each partition comes to on the embedded log, in one process. */
const embedded = async (): Promise<Outcome> => {
  const log = memoryLog()
  for (const block of market)
    for (const [partition, parts] of spread([block], PARTITIONS)) await log.append('wide', partition, parts)
  const usd = currency('USD', 6)
  const startBalance = parseMoney('100000', usd).amount
  const digests: unknown[] = []
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const end = await runStrategy({
      ...{ name: 'wide', strategy: meanReversion, params: PARAMS, log, startBalance, clock: systemClock },
      tape: { log, topic: 'wide', partition },
      venue: () => paperVenue({ latencyUs: 1000, startBalance, currency: usd }),
    })
    expect(end.actor.type).toBe('finished')
    digests.push(end.digests)
  }
  const rows = await outputsOf(log)
  for (const fills of rows.executions!) expect(fills.length).toBeGreaterThan(100)
  return { digests, rows }
}

interface Outcome {
  readonly digests: readonly unknown[]
  readonly rows: Readonly<Record<string, readonly (readonly Row[])[]>>
}

/** The rows of each output topic, by partition: ids and places and all. */
const outputsOf = async (log: Log): Promise<Outcome['rows']> => {
  const of = async (topic: string, partition: number): Promise<Row[]> => {
    const rows: Row[] = []
    for await (const row of rowsOf(log, topic, partition)) rows.push(row)
    return rows
  }
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition)
  const topics = TOPICS.map(async topic => [topic, await Promise.all(partitions.map(one => of(topic, one)))] as const)
  return Object.fromEntries(await Promise.all(topics))
}

const expected = embedded()

/** A member of the group: a process of its own. */
interface Member {
  readonly child: ChildProcess
  readonly done: Promise<Done>
}

const set = Object.entries(PARAMS).flatMap(([name, value]) => ['--set', `${name}=${value}`])

const place = () => {
  const home = make()
  const address = `kafka://${inject('kafka')}/${randomUUID()}`
  const member = (...flags: string[]): Member => {
    let child!: ChildProcess
    const args = ['run', 'mean-reversion', '--log', address, '--topic', 'wide', '--name', 'wide', '--json', ...set]
    const started = (found: ChildProcess): void => {
      child = found
    }
    const done = millrace([...args, ...flags], { home, started })
    return { child, done }
  }
  const load = async (): Promise<void> => {
    const tape = join(home, 'wide.tape')
    await writeTape(tape, market)
    const args = ['import', tape, '--topic', 'wide', '--log', address, '--partitions', String(PARTITIONS), '--json']
    const { code, stderr } = await millrace(args, { home })
    expect(code, stderr).toBe(0)
  }
  const outcome = async (last: Done): Promise<Outcome> => {
    expect(last.code, last.stderr).toBe(0)
    const { partitions } = documentOf(last) as { partitions: { partition: number; digests: unknown }[] }
    const log = await openLog({ ...readConfig(), home }, address)
    try {
      return { digests: partitions.map(({ digests }) => digests), rows: await outputsOf(scopedLog(log, 'wide')) }
    } finally {
      await log.close()
    }
  }
  return { address, load, member, outcome }
}

test.each([1, 2, 4])(
  'spread over %i processes, each key comes to what it does on the embedded log',
  async members => {
    const { load, member, outcome } = place()
    await load()
    const began = performance.now()
    const ends = await Promise.all(Array.from({ length: members }, () => member('--to-end').done))
    const seconds = (performance.now() - began) / 1000
    for (const end of ends) expect(end.code, end.stderr).toBe(0)
    expect(await outcome(ends.at(-1)!)).toEqual(await expected)
    console.info(`${members} processes: ${ROWS} rows in ${seconds.toFixed(2)} s, ${Math.round(ROWS / seconds)} ticks/s`)
  },
  180_000,
)

/** The market as a feed brings it: some blocks, a pause, and so on. The first one makes all partitions. */
const feed = async (address: string, ms: number, onBegun: () => void): Promise<void> => {
  const log = await openLog(readConfig(), address)
  try {
    for (const block of market) {
      for (const [partition, parts] of spread([block], PARTITIONS)) await log.append('wide', partition, parts)
      onBegun()
      await systemClock.sleep(ms / market.length)
    }
  } finally {
    await log.close()
  }
}

/** Who is told to end before it has begun just ends. */
const hasBegun = ({ child }: Member): Promise<unknown> => once(child.stderr!, 'data')

test('members that are killed and added while ticks come lose nothing and double nothing', async () => {
  const { address, member, outcome } = place()
  const topic = Promise.withResolvers<void>()
  const fed = feed(address, 8000, topic.resolve)
  await Promise.race([topic.promise, fed])
  const [a, b] = [member(), member()]
  await systemClock.sleep(2500)
  a.child.kill('SIGKILL')
  const [c, d] = [member(), member()]
  const begun = [c, d].map(hasBegun)
  await systemClock.sleep(2000)
  b.child.kill('SIGKILL')
  await Promise.all(begun)
  c.child.kill('SIGTERM')
  const e = member('--instance', 'again')
  await systemClock.sleep(1500)
  e.child.kill('SIGKILL')
  const f = member('--instance', 'again')
  await Promise.all([fed, hasBegun(f)])
  for (const { child } of [d, f]) child.kill('SIGTERM')
  const ends = await Promise.all([a, b, c, d, e, f].map(({ done }) => done))
  expect(ends.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', null, null, 'SIGKILL', null])
  const last = await member('--to-end').done
  expect(await outcome(last)).toEqual(await expected)
}, 180_000)
