import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import KafkajsCluster from 'kafkajs/src/cluster/index.js'
import Encoder from 'kafkajs/src/protocol/encoder.js'
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js'
import apiKeys from 'kafkajs/src/protocol/requests/apiKeys.js'
import protocol from 'kafkajs/src/protocol/requests/index.js'
import { MillraceError } from '../../engine/errors.ts'
import { NOBODY, openLeaders, type TopicMetadata } from './leaders.ts'
import { mendKafkajs } from './mend-kafkajs.ts'
import { isTransient, restMs } from './retry.ts'
import { openWires, type Wires } from './wires.ts'

/*
 * kafkajs does what it does well: connections, TLS, SASL, API versions, metadata, and the encoding of small requests.
 * Its producer and consumer are not used; DECISIONS.md says why.
 */

mendKafkajs()

export interface ClientOptions {
  /** 'host:port'. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly tls?: ConnectionOptions
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  }
  /** Default 10 s. */
  readonly requestTimeoutMs?: number
  readonly connectTimeoutMs?: number
}

/** A cluster as one process knows it. What it answers fails with errors of kafkajs: `kafkaFault` makes ours of them. */
export interface Client {
  /**
   * Who leads the partition; null when there is no such partition. Fails while nobody leads it, and when its topic was
   * there before: brokers that come up know less than they did.
   */
  leader(topic: string, partition: number): Promise<Broker | null>
  /** Who coordinates a consumer group, or a transactional id; remembered until `forget`. */
  coordinator(type: 'group' | 'transaction', key: string): Promise<Broker>
  controller(): Promise<Broker>
  broker(nodeId: number): Promise<Broker>
  /** Of the cluster as it is now. */
  brokers(): Promise<readonly Broker[]>
  /** Partitions of the topics that exist, of those named or of all. */
  partitions(topics?: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Leaders and coordinators are asked for anew: after NOT_LEADER, NOT_COORDINATOR, a lost connection. */
  forget(): void
  /** How often a connection was opened, or lost: while that stays, nobody who has answered has begun anew. */
  changes(): number
  /** The topic was deleted, and is not missed. */
  dropped(topic: string): void
  /** The same cluster over connections of its own: a broker answers the requests of one connection in their order. */
  another(change?: Pick<ClientOptions, 'requestTimeoutMs'>): Promise<Client>
  /** What is still asked then fails: kafkajs would connect anew for it, and the process would never end. */
  close(): Promise<void>
}

export interface Broker {
  readonly nodeId: number
  /** A request that kafkajs encodes and decodes, by its name in the protocol: 'JoinGroup'. */
  ask<Answer>(name: string, args: object): Promise<Answer>
  /** A request that we encode and decode. */
  send<Answer>(request: Request<Answer>): Promise<Answer>
  /** The highest version of an API that the broker speaks. */
  version(name: string): number
}

export interface Request<Answer> {
  /** In the protocol: 'Produce', 'Fetch'. */
  readonly name: string
  readonly version: number
  /** All behind the request header. */
  readonly body: Buffer
  readonly decode: (body: Buffer) => Answer
  /** For requests that the broker answers late; default: of the client. */
  readonly timeoutMs?: number
}

/** Connects, and says with the first answer that the cluster is there. */
export const openClient = async (options: ClientOptions): Promise<Client> => {
  const wires = openWires()
  const cluster = clusterOf(options, wires)
  await reach(cluster, wires, options)
  const leaders = openLeaders(topics => describe(cluster, topics))
  const coordinators = new Map<string, Promise<Broker>>()
  const broker = (nodeId: number): Promise<Broker> => brokerOf(cluster, nodeId)
  return {
    async leader(topic, partition) {
      const leader = await leaders.of(topic, partition)
      if (leader === NOBODY) throw protocolError(LEADER_NOT_AVAILABLE)
      return leader === null ? null : broker(leader)
    },
    broker,
    async brokers() {
      await cluster.refreshMetadata()
      return Promise.all(cluster.getNodeIds().map(nodeId => broker(Number(nodeId))))
    },
    coordinator(type, key) {
      const known = coordinators.get(`${type} ${key}`)
      if (known) return known
      const found = locate(cluster, type === 'group' ? 0 : 1, key)
      coordinators.set(`${type} ${key}`, found)
      found.catch(() => coordinators.delete(`${type} ${key}`))
      return found
    },
    async controller() {
      return wrap(await cluster.findControllerBroker())
    },
    partitions: (topics = []) => leaders.partitions(topics),
    forget() {
      leaders.forget()
      coordinators.clear()
    },
    changes: wires.changes,
    dropped: leaders.dropped,
    another: change => openClient({ ...options, ...change }),
    async close() {
      await cluster.disconnect()
      wires.cut()
    },
  }
}

const LEADER_NOT_AVAILABLE = 5

/** Whoever starts a program is told within 15 s that there is no cluster. */
const REACH_MS = 8_000

/** What listens there may be no broker, and kafkajs would ask it again for minutes. */
const reach = async (cluster: Cluster, wires: Wires, { brokers }: ClientOptions): Promise<void> => {
  const over = new AbortController()
  const waited = delay(REACH_MS, undefined, { signal: over.signal }).then(() => {
    throw new MillraceError('KAFKA_AWAY', `no answer from ${brokers.join(', ')} within ${REACH_MS / 1000} s`)
  })
  try {
    await Promise.race([waited, cluster.connect().then(() => cluster.refreshMetadata())])
  } catch (error) {
    wires.cut()
    throw error
  } finally {
    over.abort()
  }
}

/** The error that an answer names by a code of the protocol, other than 0. */
export const protocolError = (code: number): ProtocolError => createErrorFromCode(code)

export interface ProtocolError extends Error {
  /** 'NOT_LEADER_FOR_PARTITION'. */
  readonly type: string
  readonly code: number
  /** It may well be gone by the next try. */
  readonly retriable: boolean
}

const describe = async (cluster: Cluster, topics: readonly string[]): Promise<readonly TopicMetadata[]> => {
  const seed = wrap(await cluster.brokerPool.findConnectedBroker())
  const args = { topics, allowAutoTopicCreation: false }
  return (await seed.ask<{ topicMetadata: readonly TopicMetadata[] }>('Metadata', args)).topicMetadata
}

const brokerOf = async (cluster: Cluster, nodeId: number): Promise<Broker> => wrap(await cluster.findBroker({ nodeId }))

/** A coordinator that is not there yet is there in a moment. */
const LOOKUP_MS = 2_000

/** kafkajs would not say why there is none: of a broker that is away, of rights that are missing. */
const locate = async (cluster: Cluster, coordinatorType: 0 | 1, groupId: string): Promise<Broker> => {
  for (let tries = 1, begun = performance.now(); ; tries++) {
    try {
      const seed = wrap(await cluster.brokerPool.findConnectedBroker())
      const args = { groupId, coordinatorType }
      const { coordinator } = await seed.ask<{ coordinator: { nodeId: number } }>('GroupCoordinator', args)
      return await brokerOf(cluster, coordinator.nodeId)
    } catch (error) {
      if (!isTransient(error) || performance.now() - begun > LOOKUP_MS) throw error
      await delay(restMs(tries))
    }
  }
}

const clusterOf = (options: ClientOptions, wires: Wires): Cluster =>
  new KafkajsCluster({
    brokers: [...options.brokers],
    clientId: options.clientId,
    ssl: options.tls ?? null,
    sasl: options.sasl ?? null,
    logger: silent,
    socketFactory: wires.open,
    connectionTimeout: options.connectTimeoutMs ?? 3_000,
    requestTimeout: options.requestTimeoutMs ?? 10_000,
    enforceRequestTimeout: true,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 5 },
  })

/** What kafkajs logs, it also throws. */
const silent = {
  namespace: (): object => silent,
  ...Object.fromEntries(['debug', 'info', 'warn', 'error'].map(level => [level, () => undefined])),
}

/** A broker of kafkajs, and what we take of it. */
interface KafkajsBroker {
  readonly nodeId: number
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>
  readonly connectionPool: { send(request: object): Promise<unknown> }
  disconnect(): Promise<void>
}

export interface Cluster {
  readonly brokerPool: { findConnectedBroker(): Promise<KafkajsBroker> }
  connect(): Promise<void>
  isConnected(): boolean
  refreshMetadata(): Promise<void>
  getNodeIds(): readonly string[]
  disconnect(): Promise<void>
  findBroker(of: { readonly nodeId: number }): Promise<KafkajsBroker>
  findControllerBroker(): Promise<KafkajsBroker>
}

const wrap = (broker: KafkajsBroker): Broker => {
  const call = async <Answer>(request: object): Promise<Answer> => {
    try {
      return (await broker.connectionPool.send(request)) as Answer
    } catch (error) {
      const { name } = error as Error
      // The other connection to a broker that closed this one is of no more use. And one without an answer may be dead
      // without knowing it: the next request takes a new one.
      if (name === 'KafkaJSConnectionClosedError' || name === 'KafkaJSRequestTimeoutError') await broker.disconnect()
      throw error
    }
  }
  return {
    nodeId: broker.nodeId,
    ask: (name, args) => {
      const definition = protocol.requests[name]!
      return call(protocol.lookup(broker.versions)(apiKeys[name]!, definition)(args))
    },
    send: ({ name, version, body, decode, timeoutMs }) =>
      call({
        request: {
          apiKey: apiKeys[name],
          apiName: name,
          apiVersion: version,
          encode: async () => new Encoder().writeBuffer(body),
        },
        response: {
          decode: async (bytes: Buffer) => ({ clientSideThrottleTime: 0, answer: decode(bytes) }),
          parse: async ({ answer }: { readonly answer: unknown }) => answer,
        },
        requestTimeout: timeoutMs ?? null,
      }),
    version: name => broker.versions[apiKeys[name]!]?.maxVersion ?? -1,
  }
}
