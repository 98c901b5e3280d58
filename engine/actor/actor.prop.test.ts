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
} from '../testing/drill.ts'
import { faultyLog } from '../testing/faults.ts'
import { runActor } from './actor.ts'

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
