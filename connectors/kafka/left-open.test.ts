import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Broker, Client } from './client.ts'
import { leftOpen } from './left-open.ts'

it('does not ask a leader again and again that does not know yet how far its partition goes', async () => {
  let fetches = 0
  const leader: Pick<Broker, 'ask' | 'send'> = {
    ask: async (_name, { isolationLevel }: { isolationLevel?: number }) => {
      const offset = isolationLevel === 0 ? '9' : '5'
      return { responses: [{ partitions: [{ offset }] }] } as never
    },
    async send() {
      await delay(1)
      if (++fetches > 20) throw new Error('again and again')
      return { partitions: [{ error: 0, set: Buffer.alloc(0) }] } as never
    },
  }
  const client: Pick<Client, 'leader'> = { leader: async () => leader as Broker }
  const place = { topic: 'quotes', partition: 0 }
  await expect(leftOpen(client as Client, place, 1n)).rejects.toMatchObject({ type: 'LEADER_NOT_AVAILABLE' })
})
