import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { parseKafka } from '../connectors/kafka/config.ts'
import { openProxy } from '../connectors/kafka/testing/proxy.ts'
import { logger } from '../connectors/metrics/logger.ts'
import { applied } from '../connectors/questdb/applied.ts'
import { parseQuestdb } from '../connectors/questdb/config.ts'
import { openQuestdb, type Questdb } from '../connectors/questdb/questdb.ts'
import { verify } from '../connectors/questdb/verify.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { deadLetters } from '../engine/actor/dead-letters.ts'
import { blockOf, rowOf } from '../engine/log/build.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { quotes } from '../engine/market/topics.ts'
import { equity } from '../engine/run/topics.ts'
import { faultyLog } from '../engine/testing/faults.ts'
import { systemClock } from '../engine/time/clock.ts'
import { readConfig } from './config.ts'
import { openMonitor } from './live/monitor.ts'
import { runSinks } from './live/sinks.ts'
import { openLog } from './logs.ts'
import { freePorts } from './services/ports.ts'
import { readCall } from './testing/call.ts'
import { type Done, documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
const { http, pg } = inject('questdb')
const database = `questdb://${pg.user}:${pg.password}@${new URL(http).host}?pg=${pg.port}`
let questdb: Questdb
beforeAll(async () => {
  questdb = await openQuestdb({ address: parseQuestdb(database) })
})
afterAll(async () => {
  await questdb.close()
  remove()
})

const ROWS = 60_000
const PARAMS = ['--set', 'adxMax=60']

/** A file of quotes, as people have them. */
const fileIn = (home: string): string => {
  const path = join(home, 'eurusd.csv')
  const lines = ['time,bid,ask,bidSize,askSize']
  for (const block of sampleMarket({ rows: ROWS, regime: 'mean-reverting' }).blocks())
    for (let row = 0; row < block.count; row++) {
      const { at, bid, ask, bidSize, askSize } = rowOf(block, row)
      lines.push([at, bid, ask, bidSize, askSize].join())
    }
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const place = () => {
  const [home, prefix] = [make(), randomUUID()]
  const log = ['--log', `kafka://${inject('kafka')}/${prefix}`]
  const call = (...args: string[]): Promise<Done> => millrace(args, { home })
  const done = async (...args: string[]) => {
    const end = await call(...args, '--json')
    expect(end.code, end.stderr).toBe(0)
    return documentOf(end)
  }
  return { home, prefix, log, call, done }
}

const equal = (topic: string, rows: number) => ({
  ...{ topic, equal: true },
  partitions: [{ topicRows: rows, tableRows: rows, rejects: 0, hole: null, behind: 0 }],
})

test('from a file through Kafka into the tables and out again, with the same digests', {
  timeout: 180_000,
}, async () => {
  const { home, prefix, log, call, done } = place()
  const file = fileIn(home)
  const { digests } = await done('backtest', 'mean-reversion', '--data', file, ...PARAMS)
  const fromFile = ['--topic', 'eurusd', '--from-file', file, ...PARAMS]
  const ran = await done('run', 'mean-reversion', ...log, ...fromFile)
  expect(ran.digests).toEqual(digests)
  const { fills } = (ran.partitions as { fills: number }[])[0]!
  expect(fills).toBeGreaterThan(100)

  const store = ['store', 'eurusd', '--run', 'mean-reversion', ...log, '--to', database, '--to-end']
  const stored = await done(...store)
  const sinks = stored.sinks as { task: string; rows: number }[]
  const written = ['equity', 'executions', 'intents', 'orders'].map(name => `mean-reversion.${name}`)
  expect(sinks.map(({ task }) => task)).toEqual(['eurusd', ...written].map(topic => `questdb/${topic}/0`))
  expect(sinks[0]!.rows).toBe(ROWS + 1)
  expect(await done(...store)).toMatchObject({ rows: 0, rejects: 0 })

  const group = `${prefix}.mean-reversion`
  expect(await questdb.query('select count() from fills where run = $1', [group])).toEqual([[fills]])
  const held = 'select lots from positions where run = $1 latest on at partition by run, instrument, leg'
  expect(await questdb.query(held, [group])).toEqual([[expect.any(Number)]])
  const lags = `select task, topic, records, behind_us from lag where task = $1 or task = $2
    latest on at partition by task order by task`
  await expect
    .poll(() => questdb.query(lags, [group, `${prefix}.questdb-eurusd`]))
    .toEqual([group, `${prefix}.questdb-eurusd`].map(task => [task, `${prefix}.eurusd`, 0, 0]))

  const sides = [...log, '--with', database]
  const verified = await done('verify', 'eurusd', ...sides)
  expect(verified).toMatchObject(equal('eurusd', ROWS + 1))
  for (const { task, rows } of sinks.slice(1)) {
    const topic = task.split('/')[1]!
    expect(await done('verify', topic, ...sides)).toMatchObject(equal(topic, rows))
  }
  const told = await call('verify', 'eurusd', ...sides)
  expect(told.stdout).toBe('eurusd: 60,001 rows in the topic, 60,001 in the table, 0 refused: equal\n')

  for (const flag of ['--from', '--log']) {
    const again = await done('backtest', 'mean-reversion', flag, database, '--topic', `${prefix}.eurusd`, ...PARAMS)
    expect(again.digests).toEqual(digests)
  }

  // Written once more with another bid. An update would also make the bars that are made of the table invalid.
  const seq = 5 * 4096 + 17
  const [[at, bid] = []] = await questdb.query('select at::long, bid from quotes where source = $1 and seq = $2', [
    `${prefix}.eurusd/0`,
    seq,
  ])
  await questdb.query(
    `insert into quotes (at, instrument, venue, bid, ask, bid_size, ask_size, source, seq)
     select at, instrument, venue, 1.25, ask, bid_size, ask_size, source, seq from quotes
     where source = '${prefix}.eurusd/0' and seq = ${seq}`,
  )
  await applied(questdb, systemClock)
  const lacking = await call('verify', 'eurusd', ...sides)
  const hour = new Date(Math.floor(Number(at) / 1000)).toISOString().slice(0, 13)
  expect(lacking.code).toBe(1)
  const [head, , ...lines] = lacking.stdout.trimEnd().split('\n')
  expect(head).toMatch(/^hour +partition +topic rows +table rows +topic digest +table digest +verdict$/)
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^${hour} .* different$`)),
    '',
    'eurusd: 60,001 rows in the topic, 60,001 in the table, 0 refused: different',
    `the first row that is different in the table: eurusd/0/5#17, hour ${hour}`,
    expect.stringMatching(`^  topic  {.*"bid":${bid},`),
    expect.stringMatching(`^  table  {.*"bid":1.25,`),
  ])
  const all = await call('verify', 'eurusd', ...sides, '--all')
  expect(all.stdout.match(/ equal$/gm)!.length).toBe((verified.partitions as { hours: [] }[])[0]!.hours.length - 1)
})

test('a store that follows takes up what a run writes later on, and shows its sinks', async () => {
  const { home, prefix, log, done } = place()
  const file = fileIn(home)
  await done('import', file, '--topic', 'eurusd', ...log)
  const [port] = await freePorts(1)
  let child!: ChildProcess
  const to = ['--to', database, '--health', String(port)]
  const storing = millrace(['store', 'eurusd', '--run', 'desk', ...log, ...to], {
    home,
    started: found => (child = found),
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const sinkRows = async (): Promise<Readonly<Record<string, number>>> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    const found = [...text.matchAll(/^millrace_sink_rows_total\{sink="questdb\/(.+)\/0"\} (\d+)$/gm)]
    return Object.fromEntries(found.map(([, topic, rows]) => [topic, Number(rows)]))
  }
  await vi.waitFor(async () => expect(await sinkRows()).toEqual({ eurusd: ROWS + 1 }), {
    timeout: 90_000,
    interval: 200,
  })
  const ran = await done('run', 'mean-reversion', '--name', 'desk', '--topic', 'eurusd', '--to-end', ...log, ...PARAMS)
  const [{ orders }] = ran.partitions as [{ orders: number }]
  const expected = { eurusd: ROWS + 1, 'desk.intents': orders, 'desk.orders': orders }
  await vi.waitFor(async () => expect(await sinkRows()).toMatchObject(expected), { timeout: 90_000, interval: 200 })
  // Each sink is done in its own time.
  const caughtUp = async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    const none = /^kafka_consumergroup_lag\{consumergroup="(.+?)",topic="(.+?)",partition="0"\} 0$/gm
    return [...text.matchAll(none)].map(([, ...names]) => names)
  }
  const topics = ['eurusd', 'desk.executions', 'desk.equity']
  const all = topics.map(topic => [`${prefix}.questdb-${topic}`, `${prefix}.${topic}`])
  await expect.poll(caughtUp, { timeout: 90_000 }).toEqual(expect.arrayContaining(all))
  const health = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/health`)
    const { status, checks } = (await answer.json()) as { status: string; checks: { name: string }[] }
    return [answer.status, status, checks.map(({ name }) => name)]
  }
  // A check that does not answer within two seconds has failed.
  await expect.poll(health).toEqual([200, 'ready', expect.arrayContaining(['questdb/desk.executions/0'])])
  child.kill('SIGTERM')
  const end = await storing
  expect(end.code, end.stderr).toBe(0)
  expect(end.stderr).toMatch(/"run":"desk","runs":\[\],"message":"no such run yet"/)
  const sides = [...log, '--with', database]
  for (const topic of ['eurusd', 'desk.executions'])
    expect(await done('verify', topic, ...sides)).toMatchObject({ equal: true })
})

test('a store notes how far it is behind, and what is wrong', async () => {
  const { home, prefix, log: flag } = place()
  const log = await openLog({ ...readConfig(), home }, `kafka://${inject('kafka')}/${prefix}`)
  onTestFinished(() => log.close())
  const worth = { balance: 950, unrealised: 0, equity: 950, drawdown: 50 }
  await log.append('desk.equity', 0, [blockOf(equity.schema, [{ at: 1, key: '*', ...worth }])])
  const letter = { code: 'ASSERT', reason: 'no', place: 'ticks/0/0#0', record: '{}' }
  await log.append('desk.desk.dead-letters', 0, [blockOf(deadLetters.schema, [{ at: 1, key: 'A', ...letter }])])
  let child!: ChildProcess
  const storing = millrace(['store', '--run', 'desk', '--to', database, ...flag], {
    home,
    started: found => (child = found),
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lags = () =>
    questdb.query('select topic, "partition", records from lag where task = $1 latest on at partition by task', [
      `${prefix}.questdb-desk.equity`,
    ])
  await expect.poll(lags, { timeout: 90_000 }).toEqual([[`${prefix}.desk.equity`, 0, 0]])
  // Not by `like $1`: where that was asked of a symbol of an empty table, QuestDB 9.3.4 goes on finding nothing.
  const alarms = async () => {
    const all = await questdb.query('select alert, severity, task from alerts order by alert')
    return all.filter(([, , task]) => String(task).startsWith(`${prefix}.`))
  }
  await expect.poll(alarms, { timeout: 90_000 }).toEqual([
    ['DeadLetters', 'warning', `${prefix}.desk.desk.dead-letters/0`],
    ['DrawdownDeep', 'critical', `${prefix}.desk.equity/0`],
  ])
  await log.append('desk.equity', 0, [
    blockOf(equity.schema, [{ at: 2, key: '*', ...worth, equity: 1000, drawdown: 0 }]),
  ])
  await expect.poll(alarms, { timeout: 90_000 }).toContainEqual(['DrawdownDeep', 'over', `${prefix}.desk.equity/0`])
  child.kill('SIGTERM')
  expect(await storing).toMatchObject({ code: 0 })
})

test('what is asked for in a wrong way is refused, with the way out', async () => {
  const { home, log, call, done } = place()
  await done('import', fileIn(home), '--topic', 'eurusd', ...log)
  const to = ['--to', database]
  const refusals = await Promise.all([
    call('store', 'eurusd', ...log),
    call('store', ...log, ...to),
    call('store', 'eurusdd', ...log, ...to),
    call('store', 'eurusd', ...log, ...to, '--keep', 'quotes'),
    call('store', 'eurusd', ...log, ...to, '--keep', 'quotes=a while'),
    call('store', 'eurusd', ...log, ...to, '--keep', 'quote=3 DAYS'),
    call('store', 'eurusd', '--run', 'meanreversion', '--to-end', ...log, ...to),
    call('store', 'eurusd', ...log, '--to', 'questdb://127.0.0.1:9?pg=9'),
    call('verify', 'eurusd', ...log),
    call('verify', ...log, '--with', database),
    call('verify', 'euro', ...log, '--with', database),
  ])
  // What a busy broker did not answer at once was tried again, and said so, as a document.
  const sentence = ({ stderr }: Done) => stderr.split('\n').find(line => !line.startsWith('{'))
  expect(refusals.map(end => [end.code, sentence(end)])).toEqual([
    [2, expect.stringContaining('CLI_FLAG: store takes topics from a log to a database')],
    [2, expect.stringContaining('CLI_NAME: no topic is named')],
    [2, expect.stringContaining("CLI_NAME: no topic 'eurusdd' (did you mean 'eurusd'?)")],
    [2, expect.stringContaining("CLI_FLAG: --keep is TABLE=TIME like quotes='30 DAYS', found 'quotes'")],
    [2, expect.stringContaining("found 'quotes=a while'")],
    [2, expect.stringContaining("CLI_FLAG: --keep knows no table 'quote' (did you mean 'quotes'?)")],
    [2, expect.stringContaining("CLI_NAME: no run 'meanreversion'; there are: none yet")],
    [1, expect.stringContaining('QUESTDB_DOWN: ')],
    [2, expect.stringContaining('CLI_FLAG: verify compares a log with a database')],
    [2, expect.stringContaining('CLI_NAME: no topic is named')],
    [2, expect.stringContaining("CLI_NAME: no topic 'euro'")],
  ])
})

const quote = (at: number) => blockOf(quotes.schema, [{ key: 'EURUSD', at, bid: 1, ask: 2, bidSize: 1, askSize: 1 }])

test('a broker that is away is waited for, and a store that was taken over ends', async () => {
  const { home, prefix, done } = place()
  const proxy = await openProxy(inject('kafka'))
  onTestFinished(() => proxy.close())
  const [near, far] = [inject('kafka'), proxy.address].map(broker => `kafka://${broker}/${prefix}`) as [string, string]
  const log = await openLog({ ...readConfig(), home }, near)
  onTestFinished(() => log.close())
  await log.append('ticks', 0, [quote(1)])
  let told = ''
  let child!: ChildProcess
  const started = (found: ChildProcess): void => {
    child = found
    onTestFinished(() => void child.kill('SIGKILL'))
    child.stderr!.on('data', text => {
      told += text
    })
  }
  const storing = millrace(['store', 'ticks', '--to', database, '--log', far, '--json'], { home, started })
  const stored = (): Promise<void> =>
    vi.waitFor(async () => expect(await log.lag('questdb/ticks/0', 'ticks', 0)).toBe(0), { timeout: 90_000 })
  await stored()
  const retried = '"message":"tried again"'
  expect(told.split('\n').filter(line => line !== '' && !line.includes(retried))).toEqual([])
  const before = told.length
  proxy.judge(() => 'refuse')
  proxy.cut()
  await vi.waitFor(() => expect(told.slice(before)).toContain(retried), { timeout: 90_000 })
  await log.append('ticks', 0, [quote(2)])
  proxy.judge(() => 'pass')
  await stored()

  expect(told).not.toContain('"level":"debug"')
  child.kill('SIGUSR2')
  await log.append('ticks', 0, [quote(3)])
  await stored()
  await expect.poll(() => told).toMatch(/"level":"debug",.*"message":"stored"/)
  await done('store', 'ticks', '--to', database, '--log', near, '--to-end')
  await log.append('ticks', 0, [quote(4)])
  const end = await storing
  expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('LOG_FENCED')])
})

test('a topic that is recorded anew while it is stored, or between, ends the store', async () => {
  const { home, log: flag, prefix, call } = place()
  const log = await openLog({ ...readConfig(), home }, `kafka://${inject('kafka')}/${prefix}`)
  onTestFinished(() => log.close())
  for (const at of [1, 2, 3]) await log.append('ticks', 0, [quote(at)])
  const storing = millrace(['store', 'ticks', '--to', database, ...flag], {
    home,
    started: child => onTestFinished(() => void child.kill('SIGKILL')),
  })
  await vi.waitFor(async () => expect(await log.lag('questdb/ticks/0', 'ticks', 0)).toBe(0), { timeout: 90_000 })
  await log.drop('ticks')
  for (const at of [1, 2]) await log.append('ticks', 0, [quote(at)])
  expect(await storing).toMatchObject({ code: 1, stderr: expect.stringContaining('LOG_GONE') })
  for (const at of [4, 5, 6]) await log.append('ticks', 0, [quote(at)])
  expect(await call('store', 'ticks', '--to', database, ...flag, '--to-end')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ticks/0/2#0 is not the row that is stored from there'),
  })
})

test('a sink whose log fails for a moment begins again behind its last commit', async () => {
  const topic = `ticks-${randomUUID()}`
  const call = await readCall(['store', topic, '--to-end'])
  const [memory, file] = [memoryLog(), join(make(), 'story')]
  for (let at = 1; at <= 5; at++) await memory.append(topic, 0, [quote(at)])
  const story = logger({ clock: systemClock, component: 'store', to: file })
  const faults = [1, 2].map(nth => ({ call: 'commit', nth, outcome: 'unknown', retryAfterMs: 1 }) as const)
  const store = { kafka: parseKafka('kafka://127.0.0.1'), questdb, monitor: await openMonitor(call), story }
  const isWanted = (name: string): boolean => name === topic
  const states = await runSinks(
    { ...store, log: faultyLog(memory, faults), isWanted, follow: false, onProgress: () => undefined },
    new AbortController().signal,
  )
  expect(states).toMatchObject([{ committed: { offset: 5, row: 0 } }])
  await story.flush()
  expect(readFileSync(file, 'utf8')).toContain('"message":"tried again"')
  const found = await verify({ questdb, log: memory, topic, partition: 0, clock: systemClock })
  expect(found).toMatchObject({ topicRows: 5, tableRows: 5, hole: null })
  const fatal = [{ call: 'fence', nth: 1, outcome: 'refused' }] as const
  const failing = runSinks(
    { ...store, log: faultyLog(memory, fatal), isWanted, follow: true, onProgress: () => undefined },
    new AbortController().signal,
  )
  await expect(failing).rejects.toMatchObject({ code: 'LOG_IO' })
})
