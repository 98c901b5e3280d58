import { expect, test } from 'vitest'
import { memoryLog } from '../log/memory.ts'
import type { Log } from '../log/port.ts'
import { manualClock } from '../testing/clock.ts'
import { drillOptions, fillMailbox, telling } from '../testing/drill.ts'
import { faultyLog } from '../testing/faults.ts'
import { actor } from './actor.ts'

const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0)

const fresh = { offset: 0, row: 0 }

test('before it has begun, all of the mailbox lies ahead and its time is not known', async () => {
  const log = memoryLog()
  await fillMailbox(log, [100, 100])
  const { status } = actor(drillOptions(log))
  const end = { offset: 2, depth: 2, lag: 2, lagUs: null }
  expect(await status()).toMatchObject({ state: 'restoring', position: fresh, committed: fresh, lastAt: null, end })
})

test('an actor that stands still falls behind by what arrives', async () => {
  const arrival: Log['arrival'] = (_topic, _partition, offset, signal) =>
    new Promise(resolve => signal?.addEventListener('abort', () => resolve(offset)))
  const memory = memoryLog()
  await fillMailbox(memory, [100])
  const { log, waiting } = telling({ ...memory, arrival })
  const abort = new AbortController()
  const { run, status } = actor(drillOptions(log, { mailbox: { topic: 'quotes', partition: 0, follow: true } }))
  const ended = run(abort.signal)
  await waiting()
  expect((await status()).end).toEqual({ offset: 1, depth: 0, lag: 0, lagUs: 0 })
  await fillMailbox(memory, [100, 60])
  expect((await status()).end).toEqual({ offset: 3, depth: 2, lag: 2, lagUs: 60_000 })
  // Rows that are older than what is committed owe no time.
  await fillMailbox(memory, [50])
  expect((await status()).end).toEqual({ offset: 4, depth: 3, lag: 3, lagUs: 0 })
  abort.abort()
  await ended
})

test('counts steps, commits, snapshots and failures', async () => {
  const log = faultyLog(memoryLog(), [{ call: 'commit', nth: 2, outcome: 'refused', retryAfterMs: 1 }])
  await fillMailbox(log, [100, 100, 100, 100], { 350: 'reject' })
  const { run, status } = actor(drillOptions(log, { commitRows: 100, supervision: { backoff: noWait } }))
  expect((await run()).type).toBe('finished')
  const { counts, failures, stepUs, commitUs, snapshot, state } = await status()
  expect(state).toBe('finished')
  expect(failures).toEqual([
    { code: 'LOG_IO', answer: 'restarted', count: 1 },
    { code: 'MARKET_QUOTE', answer: 'resumed', count: 1 },
  ])
  expect(total(commitUs.counts)).toBe(counts.commits)
  expect(total(stepUs.counts)).toBeGreaterThanOrEqual(4)
  expect(snapshot!.bytes).toBeGreaterThan(0)
  expect(counts).toMatchObject({ restarts: 1, deadLetters: 1 })
})

const noWait = { minMs: 0, maxMs: 0, factor: 1 }

test('tells all but the end of the mailbox when the log does not answer', async () => {
  const clock = manualClock()
  const log: Log = { ...memoryLog(), end: () => new Promise(() => undefined) }
  const asked = actor(drillOptions(log, { clock })).status()
  await clock.asleep()
  await clock.advance(1000)
  expect(await asked).toMatchObject({ task: 'drifts/0', end: null })
  const refusing = faultyLog(memoryLog(), [{ call: 'end', nth: 1, outcome: 'refused' }])
  expect(await actor(drillOptions(refusing)).status()).toMatchObject({ end: null })
})

test('marks of the log behind the last record are records to go, and no time', async () => {
  const log = memoryLog()
  await fillMailbox(log, [100])
  let marks = 0
  const marked: Log = { ...log, end: async (...place) => (await log.end(...place)) + marks }
  const { run, status } = actor(drillOptions(marked))
  await run()
  marks = 5
  expect((await status()).end).toEqual({ offset: 6, depth: 5, lag: 5, lagUs: 0 })
})
