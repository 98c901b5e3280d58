import { expect, test } from 'vitest'
import { type Row, rowOf } from '../log/build.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log } from '../log/port.ts'
import { drillOptions, driftBehaviour, driftsIn, fillMailbox } from '../testing/drill.ts'
import { runActor } from './actor.ts'

const sizes = [300, 1, 700, 500, 4096, 3, 250]

/** What the behaviour gives when it is stepped by hand. */
const expected = async (log: Log): Promise<readonly Row[]> => {
  const behaviour = driftBehaviour()
  for await (const { block, offset } of log.read('quotes', 0, 0)) behaviour.step(block, offset, 0, block.count)
  return behaviour.outputs().flatMap(({ block }) => Array.from({ length: block.count }, (_, row) => rowOf(block, row)))
}

test.each([1, 2000, 1_000_000])('gives the outputs of its behaviour, with a commit each %i rows', async commitRows => {
  const log = memoryLog()
  await fillMailbox(log, sizes)
  const end = await runActor(drillOptions(log, { commitRows }))
  expect(end).toMatchObject({ type: 'finished', position: { offset: 7, row: 0 }, counts: { rows: 5850, snapshots: 1 } })
  expect(await driftsIn(log)).toEqual(await expected(log))
})
