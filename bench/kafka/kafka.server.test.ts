import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { cases, type Job } from './cases.ts'
import { expectedMids } from './latency.ts'
import { recordBlocks, recordMessages } from './market.ts'
import { expectedOrders } from './orders.ts'
import { runCase } from './rounds.ts'

const TICKS = 20_000

describe('every way from topic to topic gives the result of the hand-written loop', async () => {
  const run = randomUUID()
  const address = `kafka://${inject('kafka')}/bench-${run}`
  const jobOf = (id: string): Job => ({ address, name: `${id}-${run}`, ticks: TICKS, seconds: 1 })
  const expected = expectedOrders([TICKS]).get(TICKS)!

  it('in throughput', async () => {
    await recordBlocks(address, TICKS)
    await recordMessages(address, TICKS)
    for (const { type, id } of cases) {
      if (type === 'throughput')
        expect({ id, ...(await runCase(id, jobOf(id))) }).toMatchObject({ id, checksum: expected })
    }
  })

  it.each(cases.filter(({ id }) => id.startsWith('latency-200-')))('in latency: $says', async ({ id }) => {
    const { checksum } = await runCase(id, jobOf(id))
    expect(checksum).toBe(expectedMids(200, 1))
  })
})
