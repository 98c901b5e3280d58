import { expect, it } from 'vitest'
import type { Broker, Client, Request } from './client.ts'
import type { NewRecord } from './record-batch.ts'
import { openTransactor } from './transaction.ts'

/** What a topic takes that others have made: max.message.bytes as brokers come. */
const MESSAGE_BYTES = 1_048_588

/** A broker that takes everything, and how large each request to write was. */
const willing = () => {
  const written: number[] = []
  const broker: Pick<Broker, 'nodeId' | 'ask' | 'send'> = {
    nodeId: 1,
    ask: async () => ({}) as never,
    async send<Answer>({ name, body }: Request<Answer>) {
      if (name === 'InitProducerId') return { id: 1n, epoch: 0, sequence: 0 } as Answer
      written.push(body.length)
      return [{ topic: 'quotes', partition: 0, error: 0, baseOffset: 0 }] as Answer
    },
  }
  const found = async (): Promise<Broker> => broker as Broker
  type Asked = Pick<Client, 'leader' | 'coordinator' | 'changes'>
  const client: Asked = { leader: found, coordinator: found, changes: () => 0 }
  return { client: client as Client, written }
}

it('a transaction of many small records goes in batches that a topic takes as it comes', async () => {
  const { client, written } = willing()
  const transactor = await openTransactor({ client, id: 'desk.0', onRetry: () => undefined })
  const headers = [['first-at', Buffer.alloc(150)]] as const
  const record: NewRecord = { key: null, value: Buffer.alloc(60), headers, timestamp: 0 }
  const records = Array.from({ length: 9_000 }, () => record)
  const shipments = [{ topic: 'quotes', partition: 0, records }]
  const outcome = async () => 'not written' as const
  await transactor.write({ ahead: null, rest: () => shipments, offset: null, outcome })
  expect(written.length).toBeGreaterThan(1)
  expect(Math.max(...written)).toBeLessThan(MESSAGE_BYTES)
})
