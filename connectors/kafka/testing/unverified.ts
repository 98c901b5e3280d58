import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../client.ts'
import { takeOver } from '../producer.ts'
import { createTopic, writeBatch } from './raw.ts'

/**
 * While this runs, the broker takes records of a transaction that its coordinator has not heard of, as a broker holds
 * them that has forgotten the marks of that transaction.
 */
export const unverified = async (client: Client, act: () => Promise<void>): Promise<void> => {
  const probe = `probe-${randomUUID()}`
  await createTopic(client, probe)
  try {
    await verify(client, false)
    while (!(await isTaken(client, probe))) await delay(10)
    await act()
  } finally {
    await verify(client, true)
  }
}

/** A kind of what has settings. */
const BROKER = 4

const verify = async (client: Client, isOn: boolean): Promise<void> => {
  const configEntries = isOn ? [] : [{ name: 'transaction.partition.verification.enable', value: 'false' }]
  const controller = await client.controller()
  const resources = [{ type: BROKER, name: String(controller.nodeId), configEntries }]
  await controller.ask('AlterConfigs', { resources })
}

const isTaken = async (client: Client, topic: string): Promise<boolean> => {
  const producer = await takeOver(client, { id: topic, last: null, patienceMs: 10_000 })
  const records = [{ key: null, value: Buffer.from('probe'), timestamp: 0 }]
  const batch = { records, producer, transactional: true, transactionalId: topic }
  return writeBatch(client, topic, 0, batch).then(
    () => true,
    () => false,
  )
}
