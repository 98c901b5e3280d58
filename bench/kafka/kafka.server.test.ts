import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { cases, type Job } from './cases.ts'
import { expectedMids } from './latency.ts'
import { recordBlocks, recordMessages } from './market.ts'
import { expectedOrders } from './orders.ts'
import { runCase } from './rounds.ts'

const TICKS = 20_000

/** The other client ends now and then on a busy machine, or gets no partition: then everything is done anew. */
const OPTIONS = { timeout: 90_000, retry: 2 }

describe('every way from topic to topic gives the result of the hand-written loop', async () => {
  const place = () => {
    const run = randomUUID()
    const address = `kafka://${inject('kafka')}/bench-${run}`
    return { address, jobOf: (id: string): Job => ({ address, name: `${id}-${run}`, ticks: TICKS, seconds: 1 }) }
  }
  const expected = expectedOrders([TICKS]).get(TICKS)!

  it('in throughput', OPTIONS, async ({ signal }) => {
    const { address, jobOf } = place()
    await recordBlocks(address, TICKS)
    await recordMessages(address, TICKS)
    for (const { type, id } of cases) {
      if (type === 'throughput')
        expect({ id, ...(await runCase(id, jobOf(id), signal)) }).toMatchObject({ id, checksum: expected })
    }
  })

  const latencies = cases.filter(({ id }) => id.startsWith('latency-200-'))
  it.for(latencies)('in latency: $says', OPTIONS, async ({ id }, { signal }) => {
    const { checksum } = await runCase(id, place().jobOf(id), signal)
    expect(checksum).toBe(expectedMids(200, 1))
  })
})
