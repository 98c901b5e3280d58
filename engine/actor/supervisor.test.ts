import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLmdbLog } from '../../connectors/lmdb/lmdb-log.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log } from '../log/port.ts'
import { manualClock } from '../testing/clock.ts'
import { driftsIn, drillOptions, expectedDrifts, fillMailbox, START_AT, telling } from '../testing/drill.ts'
import type { ActorEvent } from './actor.ts'
import { type Supervisor, supervise } from './supervisor.ts'

const three = [0, 1, 2]

/** Three partitions, the second of them poisoned. */
const market = async (): Promise<Log> => {
  const log = memoryLog()
  for (const partition of three)
    await fillMailbox(log, [500, 500, 100], partition === 1 ? { 700: 'mistake' } : {}, partition)
  return log
}

const heard = (desk: Supervisor): ActorEvent[] => {
  const events: ActorEvent[] = []
  desk.watch(event => events.push(event))
  return events
}

test('three actors, one poisoned: the other two end with what they always give', async () => {
  const log = await market()
  const desk = supervise(three.map(partition => drillOptions(log, { partition, commitRows: 1 })))
  const events = heard(desk)
  const ends = await desk.done()
  expect(ends.map(({ type }) => type)).toEqual(['finished', 'stopped', 'finished'])
  for (const partition of [0, 2]) expect(await driftsIn(log, partition)).toEqual(await expectedDrifts(log, partition))
  const stopped = { type: 'stopped', task: 'drifts/1', position: { offset: 1, row: 0 }, error: expect.any(TypeError) }
  expect(events).toContainEqual(stopped)
  expect(events.filter(({ type }) => type === 'started')).toHaveLength(3)
})

test('actors take turns: none waits for another to end', async () => {
  const log = await market()
  const turns: number[] = []
  const onProgress = (partition: number) => (): void => void turns.push(partition)
  await supervise([0, 2].map(partition => drillOptions(log, { partition, onProgress: onProgress(partition) }))).done()
  expect(turns).toEqual([0, 2, 0, 2, 0, 2])
})

test('who depends on another watches, and is drained with it', async () => {
  const log = await market()
  const clock = manualClock()
  const mailbox = { topic: 'quotes', partition: 0, follow: true }
  const desk = supervise([drillOptions(log, { partition: 1 }), drillOptions(log, { mailbox, clock })])
  desk.watch(({ type, task }) => {
    if (type === 'stopped' && task === 'drifts/1') desk.drain('drifts/0')
  })
  expect((await desk.done()).map(({ type }) => type)).toEqual(['stopped', 'drained'])
})

test('the signal drains all, and what was watched is let go', async () => {
  const { log, waiting } = telling(await market())
  const abort = new AbortController()
  const options = [0, 2].map(partition =>
    drillOptions(log, { partition, mailbox: { topic: 'quotes', partition, follow: true } }),
  )
  const desk = supervise(options, { signal: abort.signal })
  const events: string[] = []
  const letGo = desk.watch(({ type }) => events.push(type))
  await waiting()
  await waiting()
  letGo()
  abort.abort()
  expect((await desk.done()).map(({ type }) => type)).toEqual(['drained', 'drained'])
  expect(events).toEqual(['started', 'started'])
})

test('tells how each actor stands', async () => {
  // A log that is slow to tell what has arrived.
  const arrival: Log['arrival'] = (_topic, _partition, offset, signal) =>
    new Promise(resolve => signal?.addEventListener('abort', () => resolve(offset)))
  const { log, waiting } = telling({ ...(await market()), arrival })
  const mailbox = { topic: 'quotes', partition: 0, follow: true }
  const desk = supervise([drillOptions(log, { mailbox })])
  await waiting()
  await fillMailbox(log, [10, 10])
  const counts = { rows: 1100, commits: 1, snapshots: 0, restarts: 0, deadLetters: 0 }
  const position = { offset: 3, row: 0 }
  const lastAt = START_AT + 1_099_000
  const end = { offset: 5, depth: 2, lag: 2, lagUs: 0 }
  const status = { task: 'drifts/0', state: 'running', position, committed: position, lastAt, end, counts }
  expect(await desk.status()).toMatchObject([{ ...status, failures: [], snapshot: null }])
  desk.drain()
  await desk.done()
})

test('on LMDB, side by side and one of them with poison: outputs are those of the memory log', async () => {
  const path = await mkdtemp(join(tmpdir(), 'millrace-actors-'))
  const [memory, log] = [await market(), await openLmdbLog({ path })]
  try {
    for (const partition of three)
      for await (const { block } of memory.read('quotes', partition, 0)) await log.append('quotes', partition, [block])
    const options = { commitRows: 1, supervision: { onPoison: 'resume' } } as const
    const ends = await supervise(three.map(partition => drillOptions(log, { partition, ...options }))).done()
    expect(ends.map(({ type, counts }) => [type, counts.deadLetters])).toEqual([
      ['finished', 0],
      ['finished', 1],
      ['finished', 0],
    ])
    for (const partition of three)
      expect(await driftsIn(log, partition)).toEqual(await expectedDrifts(memory, partition))
  } finally {
    await log.close()
    await rm(path, { recursive: true })
  }
})

test('two actors of one task are refused', () => {
  const options = drillOptions(memoryLog())
  expect(() => supervise([options, options])).toThrow('drifts/0')
})
