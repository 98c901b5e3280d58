import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { blockOf } from '../log/build.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log, Output } from '../log/port.ts'
import type { Schema } from '../market/topic.ts'
import {
  codeOf,
  driftBehaviour,
  driftsIn,
  drillOptions,
  expectedDrifts,
  fillMailbox,
  telling,
} from '../testing/drill.ts'
import { faultyLog } from '../testing/faults.ts'
import { type Clock, systemClock } from '../time/clock.ts'
import { type ActorEnd, runActor } from './actor.ts'
import type { Behaviour } from './behaviour.ts'
import type { Supervision } from './supervision.ts'

const sizes = [300, 1, 700, 500, 4096, 3, 250]
const ROWS = 5850

const filled = async (): Promise<Log> => {
  const log = memoryLog()
  await fillMailbox(log, sizes)
  return log
}

const expected = await expectedDrifts(await filled())

test.each([1, 2000, Infinity])('gives the outputs of its behaviour, with a commit each %d rows', async commitRows => {
  const log = await filled()
  const end = await runActor(drillOptions(log, { commitRows }))
  expect(end).toMatchObject({ type: 'finished', position: { offset: 7, row: 0 }, counts: { rows: ROWS, snapshots: 1 } })
  expect(await driftsIn(log)).toEqual(expected)
})

test('a run over a mailbox that was read to its end writes nothing', async () => {
  const log = await filled()
  await runActor(drillOptions(log))
  const again = await runActor(drillOptions(log))
  expect(again).toMatchObject({ type: 'finished', position: { offset: 7, row: 0 }, counts: { rows: 0, commits: 0 } })
  expect(await driftsIn(log)).toEqual(expected)
})

const outcomes = ['refused', 'unknown'] as const
const commits = sizes.map((_, index) => index + 1)

test.each(outcomes.flatMap(outcome => commits.map(nth => ({ outcome, nth }))))(
  'cut off at commit $nth, $outcome, the next run ends as an unbroken one',
  async ({ outcome, nth }) => {
    const log = await filled()
    const options = { commitRows: 1, snapshotRows: 900 }
    const cut = await runActor(drillOptions(faultyLog(log, [{ call: 'commit', nth, outcome }]), options))
    expect(cut).toMatchObject({ type: 'stopped', error: expect.objectContaining({ code: 'LOG_IO' }) })
    const end = await runActor(drillOptions(log, options))
    expect(end).toMatchObject({ type: 'finished', position: { offset: 7, row: 0 } })
    expect(await driftsIn(log)).toEqual(expected)
  },
)

test.each(outcomes)('a commit that fails and may be tried again is, with the outcome %s', async outcome => {
  const log = await filled()
  const faults = [1, 2, 3].map(nth => ({ call: 'commit', nth, outcome, retryAfterMs: 1 }) as const)
  const supervision = { backoff: { minMs: 1, maxMs: 2, factor: 2 } }
  const end = await runActor(drillOptions(faultyLog(log, faults), { commitRows: 1000, supervision }))
  expect(end).toMatchObject({ type: 'finished', counts: { restarts: 3 } })
  expect(await driftsIn(log)).toEqual(expected)
})

test('recovers from a snapshot that is older than the commit, and from none', async () => {
  for (const snapshotRows of [600, 1_000_000]) {
    const log = await filled()
    const options = { commitRows: 1, snapshotRows }
    await runActor(drillOptions(faultyLog(log, [{ call: 'commit', nth: 5, outcome: 'refused' }]), options))
    const { position, snapshot } = await log.fence('drifts/0')
    expect([position.offset, snapshot?.position.offset]).toEqual([4, snapshotRows === 600 ? 3 : undefined])
    expect(await runActor(drillOptions(log, options))).toMatchObject({ type: 'finished' })
    expect(await driftsIn(log)).toEqual(expected)
  }
})

/** Outputs as they were, in a log that knows nothing of the task that wrote them. */
const withoutCommits = async (): Promise<Log> => {
  const [before, log] = [await filled(), await filled()]
  await runActor(drillOptions(before, { commitRows: 1000 }))
  for await (const { block } of before.read('drifts', 0, 0)) await log.append('drifts', 0, [block])
  return log
}

test('a task whose commits are lost is refused as long as its outputs stand, and writes nothing', async () => {
  const log = await withoutCommits()
  for (let n = 0; n < 2; n++) {
    const { type, ...end } = await runActor(drillOptions(log))
    expect([type, end.counts.rows]).toEqual(['stopped', 0])
    expect(end).toMatchObject({
      error: {
        code: 'ACTOR_LOST',
        message:
          'task drifts/0 has no commit, and drifts/0/0 is a record of it, expected is none: ' +
          'its commits are lost, and it would write all again',
      },
    })
    expect(await driftsIn(log)).toEqual(expected)
  }
  await log.drop('drifts')
  expect(await runActor(drillOptions(log))).toMatchObject({ type: 'finished' })
  expect(await driftsIn(log)).toEqual(expected)
})

test('a task that was only fenced so far may begin; who is fenced off as it begins is told so', async () => {
  const fenced = await filled()
  for (let n = 0; n < 2; n++) await fenced.fence('drifts/0')
  expect(await runActor(drillOptions(fenced))).toMatchObject({ type: 'finished' })
  const log = await filled()
  const slow: Log = {
    ...log,
    async fence(task) {
      const restored = await log.fence(task)
      await runActor(drillOptions(log))
      return restored
    },
  }
  expect(await runActor(drillOptions(slow))).toMatchObject({ type: 'stopped', error: { code: 'LOG_FENCED' } })
  expect(await driftsIn(log)).toEqual(expected)
})

test('where outputs may stand without their commit, the task writes them again', async () => {
  const log = await withoutCommits()
  const loose: Log = { ...log, capabilities: { ...log.capabilities, atomic: false } }
  expect(await runActor(drillOptions(loose))).toMatchObject({ type: 'finished' })
  expect(await driftsIn(log)).toEqual([...expected, ...expected])
})

test('the cadence of snapshots counts the rows that a recovery steps again', async () => {
  const log = await filled()
  const options = { commitRows: 1, snapshotRows: 1200 }
  await runActor(drillOptions(faultyLog(log, [{ call: 'commit', nth: 4, outcome: 'refused' }]), options))
  const { counts } = await runActor(drillOptions(log, options))
  // 300 + 1 + 700 before, 500 + 4096 + 3 + 250 after: at the end of 500, of 4096 and of all.
  expect(counts).toMatchObject({ rows: 4849, snapshots: 3 })
})

test('the cadence of snapshots counts records, too, which take as long however few their rows', async () => {
  const log = memoryLog()
  await fillMailbox(log, Array(10_200).fill(1))
  const options = { commitRows: 100 }
  await runActor(drillOptions(faultyLog(log, [{ call: 'commit', nth: 60, outcome: 'refused' }]), options))
  expect((await log.fence('drifts/0')).snapshot).toBeNull()
  // When 10,000 are stepped, most of them by the life before, and at the end.
  expect((await runActor(drillOptions(log, options))).counts.snapshots).toBe(2)
})

test('reads a mailbox in another log, up to an offset', async () => {
  const [tape, log] = [await filled(), memoryLog()]
  const mailbox = { log: tape, topic: 'quotes', partition: 0, until: 3 }
  const end = await runActor(drillOptions(log, { mailbox }))
  expect(end).toMatchObject({ type: 'finished', position: { offset: 3, row: 0 }, counts: { rows: 1001 } })
  await runActor(drillOptions(log, { mailbox: { ...mailbox, until: 7 } }))
  expect(await driftsIn(log)).toEqual(expected)
})

test.each([true, false])('marks at the end of a mailbox are passed over for good; a follower: %s', async follow => {
  const [tape, log, stop] = [await filled(), memoryLog(), new AbortController()]
  let marks = 0
  const source = {
    ...tape,
    end: async (topic: string, partition: number) => (await tape.end(topic, partition)) + marks,
    async arrival() {
      if (marks > 0) stop.abort()
      marks += 2
      return sizes.length + marks
    },
  }
  const mailbox = { log: source, topic: 'quotes', partition: 0, follow }
  if (!follow) {
    await runActor(drillOptions(log, { mailbox }))
    marks = 2
  }
  const end = await runActor(drillOptions(log, { mailbox }), stop.signal)
  expect(end).toMatchObject({ position: { offset: sizes.length + 2, row: 0 }, counts: { commits: follow ? 3 : 1 } })
  expect(await driftsIn(log)).toEqual(expected)
})

const stopCode = (end: ActorEnd): string => (end.type === 'stopped' ? codeOf(end.error) : end.type)

test('a behaviour that does not come back to its commit is a defect, named with task and position', async () => {
  const log = await filled()
  const options = { commitRows: 1 }
  await runActor(drillOptions(faultyLog(log, [{ call: 'commit', nth: 6, outcome: 'refused' }]), options))
  const other = () => ({ ...driftBehaviour(), progress: () => Uint8Array.of(1) })
  const end = await runActor(drillOptions(log, { ...options, behaviour: other }))
  expect(stopCode(end)).toBe('ACTOR_DIVERGED')
  expect(end).toMatchObject({ error: { message: expect.stringMatching(/drifts\/0 .* 5#0/) } })
})

test('a mailbox that has lost records, or rows, is a defect', async () => {
  const log = await filled()
  const { epoch } = await log.fence('drifts/0')
  for (const position of [
    { offset: 9, row: 0 },
    { offset: 1, row: 2 },
  ]) {
    await log.commit({ task: 'drifts/0', epoch, outputs: [], position, progress: Uint8Array.of() }).catch(() => {})
    const end = await runActor(drillOptions(log))
    expect(stopCode(end)).toBe('ACTOR_DIVERGED')
    await log.drop('quotes')
    await fillMailbox(log, sizes)
  }
})

test('a state that cannot be saved is refused before the first row', async () => {
  const log = await filled()
  const unsaved = (): never => {
    throw new MillraceError('FLOW_OPAQUE', "the state of 'debounceTime' lives in RxJS")
  }
  const end = await runActor(drillOptions(log, { behaviour: () => ({ ...driftBehaviour(), snapshot: unsaved }) }))
  expect([stopCode(end), end.counts.rows]).toEqual(['FLOW_OPAQUE', 0])
})

test('an actor whose task was taken over ends fenced and writes nothing', async () => {
  const log = await filled()
  let second: Promise<ActorEnd> | undefined
  const onProgress = (): void => {
    second ??= runActor(drillOptions(log))
  }
  const supervision: Supervision = { decide: () => 'restart' }
  const first = await runActor(drillOptions(log, { onProgress, supervision }))
  expect([stopCode(first), first.counts.commits]).toEqual(['LOG_FENCED', 0])
  expect(await second).toMatchObject({ type: 'finished' })
  expect(await driftsIn(log)).toEqual(expected)
})

test('drains on the signal: the block is finished, committed and saved', async () => {
  const log = await filled()
  const abort = new AbortController()
  const onProgress = ({ offset }: { readonly offset: number }): void => {
    if (offset === 3) abort.abort()
  }
  const end = await runActor(drillOptions(log, { onProgress }), abort.signal)
  expect(end).toMatchObject({ type: 'drained', position: { offset: 3, row: 0 }, counts: { commits: 1, snapshots: 1 } })
  expect(await runActor(drillOptions(log))).toMatchObject({ type: 'finished', counts: { rows: 4849 } })
  expect(await driftsIn(log)).toEqual(expected)
})

test('a signal from a timer is heard while the log never waits', async () => {
  const log = await filled()
  const abort = new AbortController()
  setImmediate(() => abort.abort())
  expect(await runActor(drillOptions(log), abort.signal)).toMatchObject({ type: 'drained', position: { row: 0 } })
})

test('follows: commits what there is before it waits, and goes on when more comes', async () => {
  const { log, waiting } = telling(memoryLog())
  const abort = new AbortController()
  const mailbox = { topic: 'quotes', partition: 0, follow: true }
  const run = runActor(drillOptions(log, { mailbox }), abort.signal)
  await waiting()
  expect(await driftsIn(log)).toEqual([])
  await fillMailbox(log, sizes)
  await waiting()
  expect(await driftsIn(log)).toEqual(expected)
  await fillMailbox(log, [10])
  await waiting()
  abort.abort()
  const counts = { rows: ROWS + 10, commits: 3, snapshots: 1 }
  expect(await run).toMatchObject({ type: 'drained', position: { offset: 8, row: 0 }, counts })
})

/** A log whose commits are answered when they are told to. */
const answering = (log: Log): { readonly slow: Log; readonly open: (() => void)[] } => {
  const open: (() => void)[] = []
  const slow: Log = {
    ...log,
    async commit(step) {
      await log.commit(step)
      await new Promise<void>(resolve => open.push(resolve))
    },
  }
  return { slow, open }
}

test.each([
  // A commit is due behind the third record and behind the fifth, and the last one is at the end.
  { steps: 'in no time', stepUs: 0, reaches: [5, 7, 7] },
  { steps: 'slowly', stepUs: 30_000, reaches: [3, 5, 7] },
])(
  'what is stepped $steps while a commit is on its way, and the next one waits for it',
  async ({ stepUs, reaches }) => {
    const log = await filled()
    const { slow, open } = answering(log)
    let [reached, us] = [0, 0]
    const onProgress = ({ offset }: { readonly offset: number }): void => {
      reached = offset
    }
    // Asked before a step and behind it.
    const clock: Clock = { ...systemClock, monotonicUs: () => (us += stepUs) }
    const run = runActor(drillOptions(slow, { commitRows: 600, onProgress, clock }))
    for (const offset of reaches) {
      await expect.poll(() => [reached, open.length]).toEqual([offset, 1])
      await turn()
      expect([reached, open.length]).toEqual([offset, 1])
      open.pop()!()
    }
    expect(await run).toMatchObject({ type: 'finished', counts: { rows: ROWS, commits: 3 } })
    expect(await driftsIn(log)).toEqual(expected)
  },
)

test('outputs that grow heavy are committed before they are many', async () => {
  const log = memoryLog()
  await fillMailbox(log, Array(40).fill(4096))
  const committed: number[] = []
  const spy: Log = {
    ...log,
    commit: step => {
      committed.push(step.outputs.length)
      return log.commit(step)
    },
  }
  // 1.2 MB a block; outputs are weighed each 16 blocks, and 16 MB are enough.
  const texts: Schema = { id: 9021, name: 'text', fields: [{ name: 'text', type: 'text', unit: 'any' }] }
  const block = blockOf(texts, [{ at: 1, key: 'K', text: 'x'.repeat(1_200_000) }])
  const made: Output[] = []
  const behaviour = (): Behaviour => ({
    ...driftBehaviour(),
    step: () => void made.push({ topic: 'texts', partition: 0, block }),
    outputs: () => made.splice(0),
  })
  await runActor(drillOptions(spy, { behaviour, commitRows: Infinity }))
  expect(committed).toEqual([16, 16, 8])
})
