import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKafka } from '../connectors/kafka/config.ts'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { logger } from '../connectors/metrics/logger.ts'
import { parseQuestdb, type QuestdbAddress } from '../connectors/questdb/config.ts'
import { createTable } from '../connectors/questdb/migrate.ts'
import { openQuestdb, type Questdb } from '../connectors/questdb/questdb.ts'
import { questdbSink, type Sink } from '../connectors/questdb/sink.ts'
import { tables } from '../connectors/questdb/tables.ts'
import { verify } from '../connectors/questdb/verify.ts'
import { messageOf } from '../engine/errors.ts'
import { BLOCK_ROWS, type Block } from '../engine/log/block.ts'
import { emptyBlock } from '../engine/log/build.ts'
import type { Log } from '../engine/log/port.ts'
import { quotes } from '../engine/market/topics.ts'
import { systemClock } from '../engine/time/clock.ts'
import { readConfig } from './config.ts'
import { openMonitor } from './live/monitor.ts'
import { runSinks } from './live/sinks.ts'
import { temporaryFolder } from './services/leftovers.ts'
import { freePorts } from './services/ports.ts'
import { type QuestDb, startQuestDb } from './services/questdb.ts'
import { readCall } from './testing/call.ts'

/** A busy machine needs longer than the usual second. */
const SOON = { timeout: 60_000 }

/** The long form: MILLRACE_LONG=1. */
const isLong = process.env.MILLRACE_LONG === '1'
const ROWS = isLong ? 5_000_000 : 300_000
const STOPPED_MS = isLong ? 60_000 : 3000
const BAD_EVERY = 100
/** Two batches on their way and one that is filled, and a record. */
const PENDING_MAX = 3 * 20_000 + 3 * BLOCK_ROWS
/** All batches together have 12 MiB, allocated ahead. */
const HELD_MAX_MIB = 48
const START = 1_400_000_000_000_000
const topic = 'faults'

let folder: string
let server: QuestDb
let address: QuestdbAddress
/** What a reader met before anything was stored. */
let beforeIt: unknown
let questdb: Questdb
let log: Log
beforeAll(async () => {
  folder = await temporaryFolder()
  const [http, pg, health, ilp] = (await freePorts(4)) as [number, number, number, number]
  const { library, java } = readConfig()
  server = await startQuestDb({ folder: join(folder, 'questdb'), ports: { http, pg, health, ilp }, library, java })
  address = parseQuestdb(`questdb://127.0.0.1:${http}?pg=${pg}`)
  beforeIt = await openQuestdb({ address, readOnly: true }).catch(messageOf)
  questdb = await openQuestdb({ address, answerMs: 1000 })
  log = await openLmdbLog({ path: join(folder, 'log') })
})
afterAll(async () => {
  await log.close()
  await questdb.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

test('a database in which nothing was stored has nothing to read', () =>
  expect(beforeIt).toMatch(/^127\.0\.0\.1:\d+ has no tables of ours: nothing was stored there yet$/))

/** Every hundredth row is bad: by turns one that we refuse, and one that only the server does. */
const isBad = (n: number): boolean => n % BAD_EVERY === 37

const blockOf = (first: number): Block => {
  const count = Math.min(BLOCK_ROWS, ROWS - first)
  const block = emptyBlock(quotes.schema, count)
  const { bid, ask, bidSize, askSize } = block.columns as Readonly<Record<string, Float64Array>>
  block.keys.push('EURUSD', 'XAUUSD')
  for (let row = 0; row < count; row++) {
    const n = first + row
    block.at[row] = START + Math.floor(n / 2) * 1000
    block.key[row] = n % 2
    bid![row] = 1 + (n % 9973) / 1e5
    ask![row] = bid![row]! + 1e-5
    bidSize![row] = n % 7
    askSize![row] = 1 / (1 + (n % 11))
    if (isBad(n) && n % (2 * BAD_EVERY) < BAD_EVERY) ask![row] = Number.POSITIVE_INFINITY
    else if (isBad(n)) block.at[row] = -block.at[row]!
  }
  block.count = count
  return block
}

describe('a database that dies, hangs and comes back while rows come in', () => {
  test(`${ROWS} rows, one in a hundred bad: every good row once, every bad one in the rejects`, {
    timeout: 1_200_000,
  }, async () => {
    for (let first = 0; first < ROWS; first += BLOCK_ROWS) await log.append(topic, 0, [blockOf(first)])
    const reasons = new Set<string>()
    const peak = { pending: 0, bytes: 0 }
    const base = heldBytes()
    const faults = faultsOf([0.2, () => restarted(1000)], [0.5, hung], [0.8, () => restarted(0)])
    const sink = (): Sink =>
      questdbSink({
        ...{ questdb, log, clock: systemClock, mailbox: { topic, partition: 0 } },
        onRetry: ({ reason }) => reasons.add(reason.replace(/\d+/g, '#')),
        onProgress: ({ committed, pending }) => {
          peak.pending = Math.max(peak.pending, pending)
          peak.bytes = Math.max(peak.bytes, heldBytes())
          faults.at((committed.offset * BLOCK_ROWS) / ROWS)
        },
      })

    // The first sink is cut off in the middle, and another takes the task over.
    const cut = new AbortController()
    const first = sink()
    const run = first.run(cut.signal)
    while (first.state().rows < 0.35 * ROWS) await systemClock.sleep(5)
    cut.abort()
    expect(await run).toBe('drained')
    const second = sink()
    expect(await second.run()).toBe('finished')
    await faults.over()

    const { hours, ...found } = await verify({ questdb, log, topic, partition: 0, clock: systemClock })
    const bad = ROWS / BAD_EVERY
    expect(found).toMatchObject({ topicRows: ROWS - bad, tableRows: ROWS - bad, rejects: bad, hole: null })
    const [[rows, places] = []] = await questdb.query('select count(), count_distinct(place) from rejects')
    expect([rows, places]).toEqual([bad, bad])
    expect(await letters()).toBe(bad)
    expect([...reasons].join('\n')).toMatch(/ECONN|socket hang up|EPIPE/)
    expect([...reasons].join('\n')).toMatch(/none within # ms/)
    expect(peak.pending).toBeLessThanOrEqual(PENDING_MAX)
    expect((peak.bytes - base) / 2 ** 20).toBeLessThan(HELD_MAX_MIB)
    expect(hours.length).toBeGreaterThan(0)
    expect(second.state()).toMatchObject({ pending: 0, waitingFor: null })
  })
})

describe('a database that cannot be used', () => {
  const small = 'faults.small'
  const verified = () => verify({ questdb, log, topic: small, partition: 0, clock: systemClock })
  const opened = async (): Promise<void> => (await openQuestdb({ address })).close()

  test('is refused at once when a newer program has migrated it', async () => {
    const newer = [99, 'tables of the year after next']
    await questdb.query('insert into millrace_migrations values (now(), $1, $2)', newer)
    await expect(opened()).rejects.toMatchObject({
      code: 'QUESTDB_VERSION',
      message: expect.stringMatching(/^the tables are of version 99, this program knows \d+ versions$/),
    })
    await questdb.query('truncate table millrace_migrations')
  })

  test('is refused at once when it is read-only, and waited for when it becomes so', async () => {
    await restartedWith('http.security.readonly=true')
    await expect(opened()).rejects.toMatchObject({ code: 'QUESTDB_READ_ONLY' })
    await log.append(small, 0, [blockOf(0)])
    const reasons: string[] = []
    const mailbox = { topic: small, partition: 0 }
    const onRetry = ({ reason }: { readonly reason: string }) => reasons.push(reason)
    const sink = questdbSink({ questdb, log, clock: systemClock, mailbox, onRetry })
    const run = sink.run()
    const reason = 'HTTP 421: this instance cannot receive writes'
    await expect.poll(() => reasons.filter(one => one === reason).length, SOON).toBeGreaterThan(1)
    await expect.poll(() => sink.state().waitingFor, SOON).toBe(reason)
    // Tables can be suspended by hand in this mode alone.
    await restartedWith('dev.mode.enabled=true')
    expect(await run).toBe('finished')
    expect(await verified()).toMatchObject({ rejects: 41, hole: null })
  })

  test('keeps what it acknowledged when its table is suspended, and says why nothing comes', async () => {
    await questdb.query('alter table quotes suspend wal')
    await log.append(small, 0, [blockOf(BLOCK_ROWS)])
    const suspended = {
      code: 'QUESTDB_TABLE',
      message: expect.stringMatching(/^table quotes is suspended: .*; ALTER TABLE quotes RESUME WAL$/),
    }
    const monitor = await openMonitor(await readCall(['store', small, '--to-end']))
    const story = logger({ clock: systemClock, component: 'store', to: join(folder, 'story') })
    const store = { kafka: parseKafka('kafka://127.0.0.1'), log, questdb, monitor, story, follow: false }
    const isWanted = (name: string): boolean => name === small
    const stored = runSinks({ ...store, isWanted, onProgress: () => undefined }, new AbortController().signal)
    await expect(stored).rejects.toMatchObject(suspended)
    await story.flush()
    await expect(verified()).rejects.toMatchObject(suspended)
    await questdb.query('alter table quotes resume wal')
    expect(await verified()).toMatchObject({ rejects: 82, hole: null })
  })

  test.each([true, false])('ends a sink when its table is made again: it follows is %s', async follow => {
    const mailbox = { topic: `faults.anew.${follow}`, partition: 0, follow }
    const opened = await openQuestdb({ address })
    const sink = (): Sink => questdbSink({ questdb: opened, log, clock: systemClock, mailbox, flushMs: 0 })
    const append = () => log.append(mailbox.topic, 0, [blockOf(0)])
    const first = sink()
    let ended: unknown = null
    await append()
    const run = first.run().catch(error => {
      ended = error
    })
    await expect.poll(() => first.state().rows, SOON).toBe(BLOCK_ROWS)
    if (!follow) await run
    await questdb.query('drop table quotes')
    await questdb.query(createTable(tables[0]!))
    const next = async (): Promise<unknown> => {
      await append()
      return follow
        ? ended
        : await sink()
            .run()
            .catch(error => error)
    }
    const message = expect.stringMatching(/^table quotes was made again while rows were stored/)
    await expect.poll(next, SOON).toMatchObject({ code: 'QUESTDB_TABLE', message })
    await opened.close()
  })
})

/** Lets each fault happen once, when so much is committed and the one before is over. */
const faultsOf = (...due: (readonly [share: number, happen: () => Promise<void>])[]) => {
  let happening = Promise.resolve()
  let isOver = true
  return {
    at(share: number) {
      if (due.length === 0 || due[0]![0] > share || !isOver) return
      isOver = false
      happening = due
        .shift()![1]()
        .then(() => {
          isOver = true
        })
    },
    over: () => happening,
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** On the heap and beside it, without what nobody holds any more; the pages of the log are the system's. */
const heldBytes = (): number => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const restartedWith = async (setting: string): Promise<void> => {
  const conf = join(folder, 'questdb', 'conf', 'server.conf')
  const usual = readFileSync(conf, 'utf8').split('\n# for a test\n')[0]
  writeFileSync(conf, `${usual}\n# for a test\n${setting}\n`)
  await server.restart()
}

const restarted = async (awayMs: number): Promise<void> => {
  await server.kill()
  await systemClock.sleep(awayMs)
  await server.restart()
}

const hung = async (): Promise<void> => {
  await server.kill('SIGSTOP')
  await systemClock.sleep(STOPPED_MS)
  await server.kill('SIGCONT')
}

const letters = async (): Promise<number> => {
  let rows = 0
  for await (const { block } of log.read('questdb.dead-letters', 0, 0)) rows += block.count
  return rows
}
