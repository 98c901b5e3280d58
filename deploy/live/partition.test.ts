import { expect, test } from 'vitest'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import type { ActorEvent } from '../../engine/actor/actor.ts'
import { blockOf, type Row, rowOf } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { currency } from '../../engine/market/cash.ts'
import { instruments } from '../../engine/market/topics.ts'
import { minor } from '../../engine/market/units.ts'
import { telling } from '../../engine/testing/drill.ts'
import { faultyLog } from '../../engine/testing/faults.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import type { Plan } from '../manifest.ts'
import { type Again, isEqual, replayAgain } from './again.ts'
import type { Monitor } from './monitor.ts'
import { keepPartitions, notePart, notePlan, type Part, readNotes } from './notes.ts'
import { type LiveRun, runPartition } from './partition.ts'

const ROWS = 20_000
const market = sampleMarket({ regime: 'mean-reverting', rows: ROWS, instruments: ['EURUSD'] })
const definitions = market.instruments.map(instrument => ({ key: instrument.id, ...instrument }) as unknown as Row)
const tape = [blockOf(instruments.schema, definitions), ...market.blocks()]

/** In so many of its blocks. */
const rowsIn = (blocks: number): number => tape.slice(0, blocks).reduce((sum, { count }) => sum + count, 0)

const plan = {
  strategy: 'mean-reversion',
  strategyFile: null,
  params: { adxMax: 60 },
  tape: { topic: 'ticks', counts: {} },
  ...{ source: null, from: null, to: null, latencyUs: 1_000, mode: 'fused', log: 'memory' },
  startBalance: minor(100_000_000_000),
  currency: currency('USD', 6),
} as unknown as Plan

const unseen = { watchCheck: () => () => undefined, watch: () => () => undefined } as unknown as Monitor

const desk = (log: Log, watch: (event: ActorEvent) => void = () => undefined): LiveRun => ({
  ...{ name: 'desk', plan, strategy: meanReversion, log, mailbox: log, follow: true, monitor: unseen, watch },
  onPlace: () => undefined,
  onProgress: () => undefined,
})

/** A shared log with so many blocks of the market, in which the run has begun. */
const begun = async (blocks: number): Promise<Log> => {
  const log = memoryLog()
  await log.append('ticks', 0, tape.slice(0, blocks))
  await notePlan(scopedLog(log, 'desk'), plan)
  return log
}

/** What each partition of the run has come to, by its replay. */
const replayed = (log: Log): Promise<readonly Again[]> => {
  const signal = new AbortController().signal
  return replayAgain({ log, mailbox: log, name: 'desk', onProgress: () => undefined, signal })
}

/** What the run has come to, in rows, and whether its replay comes to the same. */
const proved = async (log: Log): Promise<readonly [number, boolean]> => {
  const [part] = await replayed(log)
  return [part!.end.rows, isEqual(part!)]
}

/** Goes on until all there is is committed, and drains. */
const goneOn = async (shared: Log, partition: number = 0): Promise<void> => {
  const { log, waiting } = telling(shared)
  const stop = new AbortController()
  const ended = runPartition(desk(log), partition, stop.signal)
  await waiting()
  stop.abort()
  await ended
}

/** Goes on, commits what there is, and is killed at its next commit: when it has to, or when more has come. */
const killed = async (shared: Log, more: number = tape.length): Promise<void> => {
  const broken = faultyLog(shared, [{ call: 'commit', nth: 2, outcome: 'refused' }])
  const { log, waiting } = telling(broken)
  const stop = new AbortController()
  const ended = runPartition(desk(log), 0, stop.signal)
  await waiting()
  await shared.append('ticks', 0, tape.slice(more))
  stop.abort()
  await expect(ended).rejects.toMatchObject({ code: 'LOG_IO' })
}

test.each(['refused', 'unknown'] as const)(
  'who is told to end before what failed, %s, was done again notes nothing; who goes on does',
  async outcome => {
    const log = await begun(tape.length)
    const stop = new AbortController()
    const events: string[] = []
    const watch = ({ type }: ActorEvent): void => {
      events.push(type)
      if (type === 'restarted') stop.abort()
    }
    const broken = faultyLog(log, [{ call: 'commit', nth: 1, outcome, retryAfterMs: 60_000 }])
    const ended = runPartition(desk(broken, watch), 0, stop.signal)
    await expect(ended).rejects.toMatchObject({ code: 'LOG_IO' })
    expect(events).toEqual(['started', 'restarted', 'stopped'])
    expect((await readNotes(scopedLog(log, 'desk'))).results.size).toBe(0)
    await goneOn(log)
    expect(await proved(log)).toEqual([ROWS + 1, true])
  },
)

test('who hears late that the partition is another one’s does not have the last word on it', async () => {
  const log = await begun(3)
  await goneOn(log)
  // Cut off: nothing that comes is heard.
  const { log: still, waiting } = telling({
    ...log,
    arrival: (_topic, _partition, offset, signal) =>
      new Promise(resolve => signal?.addEventListener('abort', () => resolve(offset))),
  })
  const stop = new AbortController()
  const idle = runPartition(desk(still), 0, stop.signal)
  await waiting()
  await log.append('ticks', 0, tape.slice(3))
  await goneOn(log)
  stop.abort('lost')
  await idle
  expect(await proved(log)).toEqual([ROWS + 1, true])
})

/** A run that came to rest after three blocks, went on, and was killed when it had committed five. */
const killedPast = async (): Promise<Log> => {
  const log = await begun(3)
  await goneOn(log)
  await log.append('ticks', 0, tape.slice(3, 5))
  await killed(log, 5)
  return log
}

test('a run that was killed is held against what it noted, and against all that it had committed since', async () => {
  const log = await killedPast()
  expect(await proved(log)).toEqual([rowsIn(5), true])
  const [{ committed, recorded, end, noted }] = (await replayed(log)) as [Again]
  expect([committed, noted?.rows]).toEqual([rowsIn(5), rowsIn(3)])
  expect(noted!.digests).toEqual(end.noted)
  expect(Object.keys(recorded)).toEqual(['input', 'decisions', 'orders', 'fills'])
  const forged = { ...noted!.digests, state: '0' }
  expect(isEqual({ partition: 0, committed, recorded, end, noted: { ...noted!, digests: forged } })).toBe(false)

  await goneOn(log)
  expect(await proved(log)).toEqual([ROWS + 1, true])
})

/** The log with other rows in the last record of one of its topics. */
const altered = (log: Log, topic: string, alter: (rows: Row[]) => Row[]): Log => ({
  ...log,
  async *read(of, partition, from, options) {
    const last = (await log.end(of, partition)) - 1
    for await (const record of log.read(of, partition, from, options)) {
      const { offset, block } = record
      const rows = (): Row[] => Array.from({ length: block.count }, (_, row) => rowOf(block, row))
      yield of === topic && offset === last ? { offset, block: blockOf(block.schema, alter(rows())) } : record
    }
  },
})

test.each(['desk.intents', 'desk.orders', 'desk.executions'])(
  'behind what was noted a row of %s that is doubled, missing or another is found',
  async topic => {
    const log = await killedPast()
    expect(await log.end(topic, 0)).toBe(2)
    // An account follows from the fills before it: it is in the state, and in no other digest.
    const changed = (change: (row: Row) => Row[]) => (rows: Row[]) => {
      const at = rows.findLastIndex(({ type }) => type !== 'account')
      return rows.flatMap((row, n) => (n === at ? change(row) : [row]))
    }
    for (const change of [
      (row: Row) => [row, row],
      (row: Row) => [row, 'after' in row ? { ...row, after: 2 * ROWS } : row],
      () => [],
      (row: Row) => [{ ...row, lots: Number(row.lots) + 1 }],
    ])
      expect((await proved(altered(log, topic, changed(change))))[1]).toBe(false)
    expect(await proved(altered(log, topic, rows => rows))).toEqual([rowsIn(5), true])
  },
)

test('what stands in the log and was never committed is found, and so is a commit that is gone', async () => {
  const log = await begun(3)
  await goneOn(log)
  const before = await log.committed('desk/0')
  await log.append('ticks', 0, tape.slice(3))
  await killed(log)
  const [part] = await replayed({ ...log, committed: async () => before })
  expect(part!.end).toMatchObject({ rows: rowsIn(3), difference: { what: 'decision', replayed: 'nothing' } })
  await goneOn(log)
  expect(await proved({ ...log, committed: async () => before })).toEqual([rowsIn(3), false])
  const none = { position: { offset: 0, row: 0 }, progress: null }
  expect(await proved({ ...log, committed: async () => none })).toEqual([0, false])
})

test('a run that was killed before it noted anything is held against what it had committed', async () => {
  const log = await begun(3)
  await keepPartitions(scopedLog(log, 'desk'), 'ticks', 2)
  await expect(replayed(log)).rejects.toMatchObject({ code: 'CLI_RUN' })
  await killed(log, 3)
  expect(await replayed(log)).toMatchObject([{ partition: 0, committed: rowsIn(3), noted: null }])
  expect(await proved(log)).toEqual([rowsIn(3), true])

  // The other one has come to an end.
  await log.append('ticks', 1, tape)
  await goneOn(log, 1)
  const both = await replayed(log)
  expect(both.map(part => [part.partition, part.committed, part.noted?.rows, isEqual(part)])).toEqual([
    [0, rowsIn(3), undefined, true],
    [1, ROWS + 1, ROWS + 1, true],
  ])
})

test('who goes on while the run is replayed is not taken for another, however often it commits meanwhile', async () => {
  const log = await begun(2)
  await goneOn(log)
  let blocks = 2
  const moving: Log = {
    ...log,
    // Between the commit and the ends of what it brought, the next one is seen.
    async committed(task) {
      const found = await log.committed(task)
      if (blocks < 5) {
        await log.append('ticks', 0, tape.slice(blocks, blocks + 1))
        blocks += 1
        await killed(log)
      }
      return found
    },
  }
  expect(await proved(moving)).toEqual([rowsIn(5), true])
})

test('what a replay reads is let go of, also where it ends before that does', async () => {
  const log = await killedPast()
  const open = new Map<string, number>()
  const counted: Log = {
    ...log,
    async *read(topic, partition, from, options) {
      open.set(topic, (open.get(topic) ?? 0) + 1)
      try {
        yield* log.read(topic, partition, from, options)
      } finally {
        open.set(topic, open.get(topic)! - 1)
      }
    },
  }
  const left = (): string[] => [...open].filter(([, count]) => count > 0).map(([topic]) => topic)
  expect((await proved(counted))[1]).toBe(true)
  expect(left()).toEqual([])
  const changed = altered(counted, 'desk.intents', rows => rows.map(row => ({ ...row, lots: 1 })))
  expect((await proved(changed))[1]).toBe(false)
  expect(left()).toEqual([])
})

test('of notes with the same rows one of the end stands, whoever is told late to stop there', async () => {
  const log = scopedLog(await begun(3), 'desk')
  const part = { rows: 7, isWhole: false } as Part
  const stands = async () => (await readNotes(log)).results.get(0)
  for (const told of [part, { ...part, isWhole: true }, part]) await notePart(log, 0, told)
  expect(await stands()).toEqual({ ...part, isWhole: true })
  await notePart(log, 0, { ...part, rows: 8 })
  expect(await stands()).toEqual({ ...part, rows: 8 })
})
