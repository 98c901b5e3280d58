import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import type { Row } from '../engine/log/build.ts'
import { rowsOf } from '../engine/run/replay.ts'
import { type Done, documentOf, folders, millrace } from './testing/millrace.ts'

/** The long form: MILLRACE_KILLS=100 npm test -- deploy/kill.test.ts */
const KILLS = Number(process.env.MILLRACE_KILLS ?? 15)
const SEED = 5
const ROWS = 2_000_000
/** Node has hardly started by then: there is nothing to kill. */
const START_MS = 100

const { make, remove } = folders()
afterAll(remove)

/** Seeded, so that a failing sequence of moments can be tried again. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

const everyOrder = join(import.meta.dirname, '../engine/testing/every-order.ts')
const cases = [
  { name: 'mean reversion', strategy: 'mean-reversion', settings: ['window=100', 'adxMax=60'], share: 1 },
  { name: 'orders of every type', strategy: everyOrder, settings: ['every=1000'], share: 3 },
]

test.each(cases)(
  'a backtest of $strategy killed at random moments ends as an unbroken one',
  async one => {
    const home = make()
    const kills = Math.ceil(KILLS / one.share)
    const sample = [
      '--rows',
      String(ROWS),
      '--regime',
      'mean-reverting',
      ...one.settings.flatMap(text => ['--set', text]),
    ]
    const backtest = (...flags: string[]) => ['backtest', one.strategy, ...sample, ...flags, '--json']
    const first = documentOf(await millrace(backtest('--out', join(home, 'first')), { home }))
    const started = performance.now()
    const unbroken = await outcomeOf(home, await millrace(backtest('--out', join(home, 'unbroken')), { home }))
    const lastsMs = performance.now() - started
    expect(unbroken.digests).toEqual(first.digests)
    expect(unbroken.rows.executions!.length).toBeGreaterThan(1000)

    const next = random(SEED)
    const seen = { kills: 0, runs: 0, startedAnew: 0, mostOfOneRun: 0, midway: 0 }
    // Moments are drawn by the clock, and machines differ: more are tried until enough of them fell midway.
    const isEnough = (): boolean => (seen.kills >= kills && seen.midway > kills / 5) || seen.kills >= 10 * kills
    for (let killed = 0; !isEnough(); seen.runs += 1, killed = 0) {
      const folder = join(home, `run-${seen.runs}`)
      while (true) {
        const isBegun = existsSync(join(folder, 'manifest.json'))
        if (killed > 0 && !isBegun) seen.startedAnew += 1
        if (!isBegun) rmSync(folder, { recursive: true, force: true })
        // The last run is left alone when there were kills enough.
        const after = isEnough() ? Number.POSITIVE_INFINITY : START_MS + next() * (lastsMs - START_MS)
        const end = await killedAfter(home, backtest(isBegun ? '--resume' : '--out', folder), after)
        if (end.signal === null) {
          expect(await outcomeOf(home, end), `run ${seen.runs} of seed ${SEED}`).toEqual(unbroken)
          break
        }
        seen.kills += 1
        killed += 1
        seen.mostOfOneRun = Math.max(seen.mostOfOneRun, killed)
        const kept = await committed(folder)
        if (kept > 0 && kept < unbroken.rows.checkpoints!.length) seen.midway += 1
      }
    }
    expect(seen.midway, 'kills between the first commit and the last').toBeGreaterThan(kills / 5)
    console.info(`${seen.kills} kills within ${lastsMs.toFixed(0)} ms of ${seen.runs} runs`, seen)
  },
  600_000,
)

const killedAfter = (home: string, args: readonly string[], afterMs: number): Promise<Done> =>
  millrace(args, {
    home,
    started: child => {
      if (afterMs === Number.POSITIVE_INFINITY) return
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
      child.once('exit', () => clearTimeout(timer))
    },
  })

const FILES = ['trades.csv', 'fills.csv', 'equity.csv']
const TOPICS = ['intents', 'orders', 'executions', 'equity', 'checkpoints']

/** All that a run leaves behind but its times and its name. */
const outcomeOf = async (home: string, end: Done) => {
  expect(end, end.stderr).toMatchObject({ code: 0 })
  const { digests, metrics, orders, fills, trades, endEquity, runDir } = documentOf(end)
  const folder = String(runDir)
  expect(folder.startsWith(home)).toBe(true)
  const files = Object.fromEntries(FILES.map(name => [name, readFileSync(join(folder, name), 'utf8')]))
  const log = await openLmdbLog({ path: join(folder, 'log'), readOnly: true })
  const rows = Object.fromEntries(await Promise.all(TOPICS.map(async topic => [topic, await all(topic, log)] as const)))
  await log.close()
  return { digests, metrics, orders, fills, trades, endEquity, files, rows }
}

/** Records of the mailbox that a cut run has behind it. */
const committed = async (folder: string): Promise<number> => {
  if (!existsSync(join(folder, 'log', 'data.mdb'))) return 0
  const log = await openLmdbLog({ path: join(folder, 'log'), readOnly: true }).catch(() => null)
  const kept = log === null ? [] : await all('checkpoints', log)
  await log?.close()
  return kept.length
}

const all = async (topic: string, log: Awaited<ReturnType<typeof openLmdbLog>>): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for await (const row of rowsOf(log, topic, 0)) rows.push(row)
  return rows
}
