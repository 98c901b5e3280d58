import { expect, it } from 'vitest'
import { type Broker, type Client, protocolError } from './client.ts'
import { openTopics } from './topics.ts'

it('waits for the leaders of a topic that was created, through an election', async () => {
  const asked: string[] = []
  const controller: Pick<Broker, 'ask'> = {
    ask: async name => {
      asked.push(name)
      return {} as never
    },
  }
  let elections = 3
  const client: Pick<Client, 'controller' | 'forget' | 'leader' | 'partitions'> = {
    controller: async () => controller as Broker,
    forget: () => undefined,
    async leader() {
      if (elections-- > 0) throw protocolError(5)
      return controller as Broker
    },
    partitions: async () => new Map(asked.length > 0 ? [['quotes', 1]] : []),
  }
  const topics = openTopics({ client: client as Client, replication: 3, minInSync: 2 })
  await topics.ensure({ topic: 'quotes' }, 0)
  expect(asked).toEqual(['CreateTopics'])
  expect(await topics.partitions('quotes')).toBe(1)
})

it('asks on for a topic while a broker is away', async () => {
  let away = 2
  const client: Pick<Client, 'forget' | 'partitions'> = {
    forget: () => undefined,
    async partitions() {
      if (away-- > 0) throw Object.assign(new Error('Closed connection'), { retriable: true })
      return new Map([['quotes', 3]])
    },
  }
  const topics = openTopics({ client: client as Client, replication: 3, minInSync: 2 })
  await topics.ensure({ topic: 'quotes' }, 2)
  expect(await topics.partitions('quotes')).toBe(3)
})

it('asks on for what a topic is like where a broker does not know yet that there is one', async () => {
  let unknown = 2
  const broker: Pick<Broker, 'ask'> = {
    async ask() {
      if (unknown-- > 0) throw protocolError(3)
      return { resources: [{ configEntries: [{ configName: 'cleanup.policy', configValue: 'compact' }] }] } as never
    },
  }
  const client: Pick<Client, 'controller' | 'forget' | 'partitions'> = {
    controller: async () => broker as Broker,
    forget: () => undefined,
    partitions: async () => new Map([['last', 1]]),
  }
  const topics = openTopics({ client: client as Client, replication: 1, minInSync: 1 })
  await topics.declare({ topic: 'last', compacted: true })
  expect(unknown).toBe(-1)
})
