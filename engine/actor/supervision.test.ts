import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { rowFromJson } from '../log/json.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log, Position } from '../log/port.ts'
import { quotes } from '../market/topics.ts'
import { manualClock } from '../testing/clock.ts'
import {
  codeOf,
  deadLettersIn,
  driftsIn,
  drillOptions,
  expectedDrifts,
  fillMailbox,
  type Poison,
  rowsIn,
  START_AT,
  undecodedBlock,
} from '../testing/drill.ts'
import { faultyLog } from '../testing/faults.ts'
import { type ActorEnd, type ActorEvent, actor, runActor } from './actor.ts'
import type { Behaviour } from './behaviour.ts'
import type { Supervision } from './supervision.ts'

const sizes = [20, 30, 1, 40]

const poisoned = async (poison: Readonly<Record<number, Poison>>): Promise<Log> => {
  const log = memoryLog()
  await fillMailbox(log, sizes, poison)
  return log
}

const stopCode = (end: ActorEnd): string => (end.type === 'stopped' ? codeOf(end.error) : end.type)

test('a refused row becomes a dead letter with its reason, and the rest is as if it had never been', async () => {
  const log = await poisoned({ 27: 'reject' })
  const events: ActorEvent[] = []
  const end = await runActor(drillOptions(log, { watch: event => events.push(event) }))
  expect(end).toMatchObject({ type: 'finished', counts: { deadLetters: 1 } })
  expect(await driftsIn(log)).toEqual(await expectedDrifts(log))
  const [letter, ...others] = await deadLettersIn(log)
  expect(others).toEqual([])
  expect(letter).toMatchObject({ key: 'K0', code: 'MARKET_QUOTE', place: 'quotes/0/1#7', at: START_AT + 27_000 })
  expect(letter!.reason).toBe('a bid of -1, expected a price above 0')
  expect(rowFromJson(quotes.schema, letter!.record as string)).toEqual((await rowsIn(log, 'quotes'))[27])
  expect(events.map(({ type }) => type)).toEqual(['started', 'resumed', 'finished'])
})

const onPoison = { onPoison: 'resume' } as const

test.each([
  ['first and last of all', [0, 90]],
  ['first and last of a block', [20, 49]],
  ['a whole block', [50]],
  ['side by side', [30, 31, 32]],
  ['the first block and more', Array.from({ length: 21 }, (_, row) => row)],
  ['in every block', [3, 25, 50, 70]],
])('poison is passed over: %s', async (_, rows) => {
  const log = await poisoned(Object.fromEntries(rows.map(row => [row, 'mistake'])))
  for (const commitRows of [1, Infinity]) {
    const task = `drifts-${commitRows}/0`
    const ats: (number | null)[] = []
    const onProgress = (_: unknown, __: number, lastAt: number | null): void => void ats.push(lastAt)
    const end = await runActor(drillOptions(log, { task, commitRows, supervision: onPoison, onProgress }))
    expect(ats.every(at => at! >= START_AT)).toBe(true)
    expect(end).toMatchObject({ type: 'finished', counts: { deadLetters: rows.length, restarts: 0 } })
    expect(await driftsIn(log)).toEqual(await expectedDrifts(log))
    const letters = await rowsIn(log, `drifts-${commitRows}.dead-letters`)
    expect(letters.map(({ at }) => (at - START_AT) / 1000)).toEqual(rows)
    expect(letters.map(({ code }) => code)).toEqual(rows.map(() => 'TypeError'))
    await log.drop('drifts')
  }
})

test('a later recovery does not meet the passed row again', async () => {
  const log = await poisoned({ 27: 'reject' })
  const options = { commitRows: 1 }
  const cut = faultyLog(log, [{ call: 'commit', nth: 4, outcome: 'refused' }])
  // Commits: block 0, the dead letter, the rest of block 1, block 2.
  expect(await runActor(drillOptions(cut, options))).toMatchObject({ type: 'stopped', position: { offset: 2 } })
  const never = (): 'stop' => 'stop'
  const end = await runActor(drillOptions(log, { ...options, supervision: { decide: never } }))
  expect(end).toMatchObject({ type: 'finished' })
  expect(await driftsIn(log)).toEqual(await expectedDrifts(log))
})

test.each([1, 2, 3, 4, 5] as const)(
  'cut off at commit %d, a dead letter is neither lost nor there twice',
  async nth => {
    for (const outcome of ['refused', 'unknown'] as const) {
      const log = await poisoned({ 27: 'reject', 28: 'mistake' })
      const options = { commitRows: 1, supervision: onPoison }
      const end = await runActor(drillOptions(faultyLog(log, [{ call: 'commit', nth, outcome }]), options))
      expect(stopCode(end)).toBe('LOG_IO')
      expect(await runActor(drillOptions(log, options))).toMatchObject({ type: 'finished' })
      expect(await driftsIn(log)).toEqual(await expectedDrifts(log))
      expect((await deadLettersIn(log)).map(({ place }) => place)).toEqual(['quotes/0/1#7', 'quotes/0/1#8'])
    }
  },
)

test('a mistake stops the actor where nothing else was said; its last commit stands', async () => {
  const log = await poisoned({ 27: 'mistake' })
  const end = await runActor(drillOptions(log, { commitRows: 1 }))
  expect(end).toMatchObject({ type: 'stopped', position: { offset: 1, row: 0 }, counts: { commits: 1 } })
  expect(end).toMatchObject({ error: expect.any(TypeError) })
  expect(await deadLettersIn(log)).toEqual([])
  const before = (await expectedDrifts(log)).filter(({ at }) => at < START_AT + 20_000)
  expect(await driftsIn(log)).toEqual(before)
})

test.each(['refused', 'unknown'] as const)(
  'a commit that fails, %s, is told before a row that was stepped behind it, which is met again',
  async outcome => {
    const log = await poisoned({ 27: 'mistake' })
    const errors: unknown[] = []
    const decide: Supervision['decide'] = (error, place) => {
      errors.push([codeOf(error), place])
      return errors.length === 1 ? 'restart' : 'resume'
    }
    const supervision = { decide, backoff: { minMs: 1, maxMs: 1, factor: 1 } }
    const broken = faultyLog(log, [{ call: 'commit', nth: 1, outcome, retryAfterMs: 1 }])
    const late: Log = {
      ...broken,
      async commit(step) {
        await turn()
        await turn()
        return broken.commit(step)
      },
    }
    const end = await runActor(drillOptions(late, { commitRows: 1, supervision }))
    expect(end).toMatchObject({ type: 'finished', counts: { restarts: 1, deadLetters: 1 } })
    expect(errors).toEqual([
      ['LOG_IO', 'quotes/0/1#0'],
      [expect.stringContaining('TypeError'), 'quotes/0/1#7'],
    ])
    expect(await driftsIn(log)).toEqual(await expectedDrifts(log))
    expect((await deadLettersIn(log)).map(({ place }) => place)).toEqual(['quotes/0/1#7'])
  },
)

test('the decider is told error and place, and has the last word', async () => {
  const log = await poisoned({ 27: 'fault' })
  const told: unknown[] = []
  const decide: Supervision['decide'] = (error, place) => {
    told.push([codeOf(error), place])
    return 'resume'
  }
  expect(await runActor(drillOptions(log, { supervision: { decide } }))).toMatchObject({ type: 'finished' })
  expect(told).toEqual([['LOG_IO', 'quotes/0/1#7']])
  const broken = faultyLog(log, [{ call: 'fence', nth: 1, outcome: 'refused' }])
  // No row is at fault: there is nothing to pass over.
  expect(stopCode(await runActor(drillOptions(broken, { supervision: { decide } })))).toBe('LOG_IO')
})

test('more poison than is allowed stops the actor', async () => {
  const log = await poisoned({ 1: 'reject', 2: 'reject', 22: 'reject' })
  const end = await runActor(drillOptions(log, { supervision: { poisonMax: 2 } }))
  expect(stopCode(end)).toBe('ACTOR_POISON')
  expect(end).toMatchObject({ error: { message: expect.stringContaining('quotes/0/1#2'), cause: expect.anything() } })
  expect(await deadLettersIn(log)).toHaveLength(2)
})

test('restarts wait longer each time, and end with the budget: five in a minute', async () => {
  const log = await poisoned({ 27: 'fault' })
  const clock = manualClock()
  const events: ActorEvent[] = []
  const run = runActor(drillOptions(log, { clock, watch: event => events.push(event) }))
  const waits: number[] = []
  for (let restart = 0; restart < 5; restart++) {
    waits.push(await clock.asleep())
    await clock.advance(waits.at(-1)!)
  }
  const end = await run
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000])
  expect([stopCode(end), end.counts.restarts]).toEqual(['ACTOR_RESTARTS', 5])
  expect(events.map(({ type }) => type)).toEqual(['started', ...Array(5).fill('restarted'), 'stopped'])
  expect(await deadLettersIn(log)).toEqual([])
})

test.each([
  [1001, 'finished'],
  [1000, 'ACTOR_RESTARTS'],
])('a restart counts for the time of the budget: failures %d ms apart', async (apartMs, expected) => {
  const clock = manualClock()
  let failures = 3
  const decide = (): 'restart' => 'restart'
  const log = await poisoned({})
  const broken: Log = {
    ...log,
    async fence(task) {
      if (failures-- > 0) throw new Error('away')
      return log.fence(task)
    },
  }
  const supervision = {
    decide,
    backoff: { minMs: apartMs, maxMs: apartMs, factor: 1 },
    budget: { restarts: 1, withinMs: 1000 },
  }
  const run = runActor(drillOptions(broken, { clock, supervision }))
  for (let restart = 0; restart < (expected === 'finished' ? 3 : 1); restart++)
    await clock.advance(await clock.asleep())
  expect(stopCode(await run)).toBe(expected)
})

test('a fault that says when to try again is not tried sooner', async () => {
  const log = await poisoned({})
  const clock = manualClock()
  const busy = faultyLog(log, [{ call: 'commit', nth: 1, outcome: 'refused', retryAfterMs: 45_000 }])
  const run = runActor(drillOptions(busy, { clock }))
  expect(await clock.asleep()).toBe(45_000)
  await clock.advance(45_000)
  expect(await run).toMatchObject({ type: 'finished', counts: { restarts: 1 } })
})

test('a signal during the back-off stops the actor at its last commit: what failed was not done again', async () => {
  const log = await poisoned({ 27: 'fault' })
  const clock = manualClock()
  const abort = new AbortController()
  const { run, status } = actor(drillOptions(log, { clock, commitRows: 1 }))
  const ended = run(abort.signal)
  await clock.asleep()
  abort.abort()
  const end = await ended
  expect(end).toMatchObject({
    type: 'stopped',
    position: { offset: 1, row: 0 },
    error: { message: 'the model is away' },
  })
  const failures = ['restarted', 'stopped'].map(answer => ({ code: 'LOG_IO', answer, count: 1 }))
  expect(await status()).toMatchObject({ state: 'stopped', failures })
})

test.each([
  { outcome: 'refused', stands: 20 },
  { outcome: 'unknown', stands: 50 },
] as const)(
  'a commit that fails, $outcome, while the actor drains is its end; the task is not taken over again',
  async ({ outcome, stands }) => {
    const log = await poisoned({})
    const abort = new AbortController()
    const broken = faultyLog(log, [{ call: 'commit', nth: 2, outcome, retryAfterMs: 1 }])
    const onProgress = ({ offset }: Position): void => {
      if (offset === 2) abort.abort()
    }
    const end = await runActor(drillOptions(broken, { commitRows: 1, onProgress }), abort.signal)
    expect(end).toMatchObject({ type: 'stopped', position: { offset: 1, row: 0 }, error: { code: 'LOG_IO' } })
    expect(await driftsIn(log)).toEqual((await expectedDrifts(log)).filter(({ at }) => at < START_AT + stands * 1000))
    expect((await log.fence('drifts/0')).epoch).toBe(2)
  },
)

test('dead letters count when they are committed, and once', async () => {
  const log = await poisoned({ 5: 'reject', 27: 'reject' })
  await log.append('quotes', 0, [undecodedBlock(2)])
  const faults = (retryAfterMs?: number): Log =>
    faultyLog(
      log,
      // The dead letter of row 5, and what lies behind that of row 27.
      [1, 4].map(nth => ({ call: 'commit', nth, outcome: 'refused', ...(retryAfterMs && { retryAfterMs }) })),
    )
  const cut = await runActor(drillOptions(faults()))
  expect(cut).toMatchObject({ type: 'stopped', counts: { deadLetters: 0 } })
  const supervision = { backoff: { minMs: 1, maxMs: 1, factor: 1 } }
  const end = await runActor(drillOptions(faults(1), { supervision }))
  expect(end).toMatchObject({ type: 'finished', counts: { restarts: 2, deadLetters: 4 } })
  expect(await rowsIn(log, 'drifts.dead-letters')).toHaveLength(4)
})

test('a row that failed for a while is stepped again and not passed over', async () => {
  const log = await poisoned({})
  let failures = 2
  const options = drillOptions(log, { supervision: { backoff: { minMs: 0, maxMs: 0, factor: 1 } } })
  const behaviour = () => {
    const made = options.behaviour()
    const step: Behaviour['step'] = (record, from, to) => {
      made.step(record, from, to)
      if (record.offset === 1 && failures-- > 0) throw new MillraceError('LOG_IO', 'away', { retryAfterMs: 0 })
    }
    return { ...made, step }
  }
  expect(await runActor({ ...options, behaviour })).toMatchObject({ type: 'finished', counts: { restarts: 2 } })
  expect(await driftsIn(log)).toEqual(await expectedDrifts(log))
  expect(await deadLettersIn(log)).toEqual([])
})
