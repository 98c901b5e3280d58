import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import BrokerPool from 'kafkajs/src/cluster/brokerPool.js'
import KafkajsCluster from 'kafkajs/src/cluster/index.js'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import addPartitions from 'kafkajs/src/protocol/requests/addPartitionsToTxn/v1/response.js'
import metadata from 'kafkajs/src/protocol/requests/metadata/v6/response.js'
import { expect, it, vi } from 'vitest'
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

it('waits no longer for an answer when the clock of the machine is set back', async () => {
  const options = { requestTimeout: 50, enforceRequestTimeout: true, maxInFlightRequests: null, logger: silent }
  const queue = new RequestQueue(options)
  queue.scheduleRequestTimeoutCheck()
  const asked = new Promise((resolve, reject) => {
    const entry = { correlationId: 1, apiName: 'Fetch', resolve, reject }
    queue.push({ entry, expectResponse: true, sendRequest: () => undefined })
  })
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() - 3_600_000)
  await expect(asked).rejects.toThrow(/Fetch.*timed out/)
  queue.destroy()
  vi.useRealTimers()
})

it('knows a cluster in which a partition has no leader', async () => {
  const leaderless = { partitionErrorCode: 5, partitionId: 1, leader: -1 }
  const partitionMetadata = [{ partitionErrorCode: 0, partitionId: 0, leader: 2 }, leaderless]
  const answer = { topicMetadata: [{ topicErrorCode: 0, topic: 'quotes', partitionMetadata }] }
  expect(await metadata.parse(answer)).toBe(answer)
  const missing = { topicMetadata: [{ topicErrorCode: 3, topic: 'none', partitionMetadata: [] }] }
  await expect(metadata.parse(missing)).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' })
})

it('says what is wrong with a transaction, and not that the rest was left alone', async () => {
  const partitionErrors = (...codes: number[]) => codes.map((errorCode, partition) => ({ partition, errorCode }))
  const errors = [
    { topic: 'commits', partitionErrors: partitionErrors(55, 55) },
    { topic: 'quotes', partitionErrors: partitionErrors(55, 3) },
  ]
  await expect(addPartitions.parse({ errors })).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' })
  const fine = { errors: [{ topic: 'commits', partitionErrors: partitionErrors(0) }] }
  expect(await addPartitions.parse(fine)).toMatchObject(fine)
})
