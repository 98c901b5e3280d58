import { expect, it } from 'vitest'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Plan } from '../manifest.ts'
import { checkPlan, notePlan, readNotes } from './notes.ts'

it('of two processes that begin a run at the same time, the first one says what it is', async () => {
  const log = memoryLog()
  const [one, other] = [20, 30].map(window => ({ params: { window }, tape: { topic: 'ticks' } }) as unknown as Plan)
  await Promise.all([notePlan(log, one!), notePlan(log, other!)])
  const { plan } = await readNotes(log)
  expect(plan).toEqual(one)
  expect(() => checkPlan('desk', plan!, one!)).not.toThrow()
  expect(() => checkPlan('desk', plan!, other!)).toThrow(/params was {"window":20}, found {"window":30}/)
})
