import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { logContract } from '../../engine/testing/log-contract.ts'
import { parseKafka } from './config.ts'
import { openKafkaLog } from './kafka-log.ts'

let places = 0

for (const guarantee of ['exactly-once', 'at-least-once'])
  logContract(`kafka, ${guarantee}`, async () => {
    places += 1
    const config = parseKafka(`kafka://${inject('kafka')}/contract-${randomUUID()}-${places}?guarantee=${guarantee}`)
    const open = [await openKafkaLog(config)]
    return {
      log: open[0]!,
      async reopen() {
        await open.at(-1)!.close()
        open.push(await openKafkaLog(config))
        return open.at(-1)!
      },
      async dispose() {
        await Promise.all(open.map(log => log.close()))
      },
    }
  })
