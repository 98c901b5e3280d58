import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { type Broker, type Client, openClient } from './client.ts'
import { createTopic } from './testing/raw.ts'

let client: Client
let broker: Broker
beforeEach(async () => {
  client = await openClient({ brokers: [inject('kafka')], clientId: 'client' })
  broker = await client.controller()
})
afterEach(() => client.close())

const ask = (topics: readonly string[] = []): Promise<unknown> =>
  broker.ask('Metadata', { topics, allowAutoTopicCreation: false })

it('connects to nobody any more when it was closed, whoever still asks', async () => {
  await ask()
  await client.close()
  await expect(ask()).rejects.toThrow('the cluster was given up')
  await expect(client.leader('quotes', 0)).rejects.toThrow('the cluster was given up')
})

it('knows the leader that it was told, also when all is forgotten with the same answers', async () => {
  const topic = `client-${randomUUID()}`
  await createTopic(client, topic)
  client.forget()
  const leaders = Array.from({ length: 9 }, () => client.leader(topic, 0))
  await turn()
  const forgotten = leaders.map(() => ask([topic]).then(client.forget))
  await turn()
  // A busy process reads many answers at once.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  expect((await Promise.all(leaders)).map(leader => leader?.nodeId)).toEqual(leaders.map(() => broker.nodeId))
  await Promise.all(forgotten)
})
