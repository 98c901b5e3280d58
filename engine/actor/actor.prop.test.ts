import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryLog } from '../log/memory.ts'
import type { Log } from '../log/port.ts'
import {
  codeOf,
  deadLettersIn,
  driftsIn,
  drillOptions,
  expectedDrifts,
  fillMailbox,
  rowsIn,
  START_AT,
  undecodedBlock,
} from '../testing/drill.ts'
import { faultyLog } from '../testing/faults.ts'
import { runActor } from './actor.ts'
import type { Behaviour } from './behaviour.ts'

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 })
const cadence = fc.record({
  commitRows: fc.integer({ min: 1, max: 200 }),
  snapshotRows: fc.integer({ min: 1, max: 400 }),
})
/** A kill: which commit it falls on, and whether that had been done. */
const kill = fc.record({ nth: fc.integer({ min: 1, max: 8 }), outcome: fc.constantFrom('refused', 'unknown') })
const runs = fc.array(fc.record({ cadence, kill }), { maxLength: 8 })

const scenario = fc.record({ sizes, runs, poison: fc.array(fc.nat({ max: 400 }), { maxLength: 5 }), cadence })

test('killed anywhere, at any cadence: outputs and dead letters are those of an unbroken run', async () => {
  const property = fc.asyncProperty(scenario, async ({ sizes, runs, poison, cadence }) => {
    const log = memoryLog()
    await fillMailbox(log, sizes, Object.fromEntries(poison.map(row => [row, 'mistake'])))
    const supervision = { onPoison: 'resume' } as const
    for (const { cadence, kill } of runs) {
      const end = await runActor(drillOptions(killed(log, kill), { ...cadence, supervision }))
      if (end.type === 'stopped') expect(codeOf(end.error)).toBe('LOG_IO')
    }
    expect(await runActor(drillOptions(log, { ...cadence, supervision }))).toMatchObject({ type: 'finished' })
    expect(await driftsIn(log)).toEqual(await expectedDrifts(log))
    const lost = (await rowsIn(log, 'quotes')).filter(({ bid }) => (bid as number) < 0)
    expect((await deadLettersIn(log)).map(({ at }) => at - START_AT)).toEqual(lost.map(({ at }) => at - START_AT))
  })
  await fc.assert(property, { seed: 20_140_501, numRuns: 150 })
})

const killed = (log: Log, kill: { readonly nth: number; readonly outcome: 'refused' | 'unknown' }): Log =>
  faultyLog(log, [{ call: 'commit', ...kill }])

/** Commits take so many turns, and fail, to be tried again; the signal comes at a record. */
const leg = fc.record({
  cadence,
  turns: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }),
  kills: fc.uniqueArray(kill, { maxLength: 3, selector: ({ nth }) => nth }),
  stopAt: fc.nat({ max: 14 }),
})

const late = (log: Log, turns: readonly number[]): Log => {
  let commits = 0
  return {
    ...log,
    async commit(step) {
      const committing = log.commit(step)
      committing.catch(() => undefined)
      for (let n = turns[commits++ % turns.length]!; n > 0; n--) await turn()
      return committing
    },
  }
}

test('told to end anywhere, while commits are on their way and fail: what it tells is what it committed', async () => {
  const drills = fc.record({ sizes, poison: fc.array(fc.nat({ max: 400 }), { maxLength: 3 }), legs: fc.array(leg) })
  const property = fc.asyncProperty(drills, async ({ sizes, poison, legs }) => {
    const [log, clean] = [memoryLog(), memoryLog()]
    for (const one of [log, clean]) {
      await fillMailbox(one, sizes, Object.fromEntries(poison.map(row => [row, 'mistake'])))
      if (one === log) await log.append('quotes', 0, [undecodedBlock(2)])
      await fillMailbox(one, sizes)
    }
    const last = { cadence: { commitRows: 30, snapshotRows: 90 }, turns: [1], kills: [], stopAt: 1000 }
    for (const { cadence, turns, kills, stopAt } of [...legs, last]) {
      const faults = kills.map(one => ({ call: 'commit' as const, ...one, retryAfterMs: 0 }))
      const abort = new AbortController()
      let current: Behaviour
      const options = drillOptions(late(faultyLog(log, faults), turns), {
        ...cadence,
        supervision: { onPoison: 'resume', backoff: { minMs: 0, maxMs: 0, factor: 1 } },
        onProgress: ({ offset }) => offset >= stopAt && abort.abort(),
      })
      const before = (await deadLettersIn(log)).length
      const end = await runActor({ ...options, behaviour: () => (current = options.behaviour()) }, abort.signal)
      const { position, progress } = await log.fence('drifts/0')
      const isKnown = kills.every(({ outcome }) => outcome === 'refused')
      const letters = (await deadLettersIn(log)).length - before
      expect(end.counts.deadLetters).toBeLessThanOrEqual(letters)
      if (isKnown) expect([end.position, end.counts.deadLetters]).toEqual([position, letters])
      if (end.type === 'stopped') expect([codeOf(end.error), abort.signal.aborted]).toEqual(['LOG_IO', true])
      else expect([end.position, current!.progress()]).toEqual([position, progress])
    }
    expect(await driftsIn(log)).toEqual(await expectedDrifts(clean))
  })
  await fc.assert(property, { seed: 20_140_502, numRuns: 150 })
})
