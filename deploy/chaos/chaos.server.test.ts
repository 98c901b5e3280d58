import { expect, test } from 'vitest'
import { chaos } from './chaos.ts'
import { faults } from './faults.ts'
import { textOfChaos } from './report.ts'

/** The long form: npm run chaos -- --minutes 30 --seed 1 */
test('each kind of fault once: nothing is lost, nothing is doubled, nothing is torn', async () => {
  const kinds = Object.keys(faults)
  const end = await chaos({ minutes: 0, seed: 7, members: 2, kinds, isLong: false, tell: () => undefined })
  console.info(textOfChaos(end))
  expect(end).toMatchObject({ lost: 0, doubled: 0, strange: 0, torn: 0, unstable: 0 })
  expect([...end.recoveries.values()].map(times => times.length)).toEqual(kinds.map(() => 1))
  expect(end.rows.intents).toBeGreaterThan(1000)
  expect(end.rows.executions).toBeGreaterThan(1000)
  // What an orchestrator starts again is who was fenced off, or met no broker when it began.
  const bearable = ['LOG_FENCED', 'KAFKA_AWAY']
  const others = [...end.exits].filter(([code]) => !bearable.includes(code))
  expect(others.map(([code, { last }]) => `${code}: ${last}`)).toEqual([])
}, 600_000)
