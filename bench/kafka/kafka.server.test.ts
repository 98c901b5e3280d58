import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { cases, type Job } from './cases.ts'
import { expectedMids } from './latency.ts'
import { expectedOrders } from './orders.ts'
import { recordBlocks, recordMessages } from './record.ts'
import { runCase } from './rounds.ts'

const TICKS = 20_000

/**
 * kafkajs alone may try again: when the broker stalls for some seconds it brings some messages twice, as at least once
 * allows, and that is another checksum. Ours does not: whatever else it comes to, or a hang, is a failure.
 */
const retriesOf = (id: string): number => (id.includes('kafkajs') ? 2 : 0)

describe('every way from topic to topic gives the result of the hand-written loop', () => {
  const address = `kafka://${inject('kafka')}/bench-${randomUUID()}`
  beforeAll(async () => {
    await recordBlocks(address, TICKS)
    await recordMessages(address, TICKS)
  })

  const checksums = { throughput: expectedOrders([TICKS]).get(TICKS)!, latency: expectedMids(200, 1) }
  for (const { type, id, says } of cases) {
    if (id.startsWith('latency-20000-')) continue
    it(`in ${type}: ${says}`, { timeout: 90_000, retry: retriesOf(id) }, async ({ signal }) => {
      const job: Job = { address, name: `${id}-${randomUUID()}`, ticks: TICKS, seconds: 1 }
      expect(await runCase(id, job, signal)).toMatchObject({ checksum: checksums[type] })
    })
  }
})
