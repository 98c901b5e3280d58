import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import BrokerPool from 'kafkajs/src/cluster/brokerPool.js'
import KafkajsCluster from 'kafkajs/src/cluster/index.js'
import { expect, it } from 'vitest'
import { mendKafkajs } from './mend-kafkajs.ts'
import { openWires } from './wires.ts'

mendKafkajs()
const { findConnectedBroker } = BrokerPool.prototype

const silent = {
  namespace: (): object => silent,
  ...Object.fromEntries(['debug', 'info', 'warn', 'error'].map(level => [level, () => undefined])),
}

it('has no broker connected that has not said what it speaks', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cluster = new KafkajsCluster({
    ...{ brokers: [`127.0.0.1:${(server.address() as AddressInfo).port}`], clientId: 'test', logger: silent },
    ...{ socketFactory: openWires().open, retry: { retries: 0 } },
    ...{ connectionTimeout: 60_000, requestTimeout: 60_000, enforceRequestTimeout: true },
  })
  const failed = expect(cluster.connect()).rejects.toThrow()
  const [socket] = (await once(server, 'connection')) as [Socket]
  await once(socket, 'data')
  expect(cluster.isConnected()).toBe(false)
  socket.destroy()
  await failed
  await cluster.disconnect()
  server.close()
})

it('gives out no broker that nobody has connected', async () => {
  let isConnected = false
  const seedBroker = {
    connect: async () => {
      isConnected = true
    },
  }
  const pool = { brokers: {}, seedBroker, connect: async () => undefined, findConnectedBroker }
  expect(await pool.findConnectedBroker()).toBe(seedBroker)
  expect(isConnected).toBe(true)
})
