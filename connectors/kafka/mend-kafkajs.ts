import { setImmediate as turn } from 'node:timers/promises'
import Broker from 'kafkajs/src/broker/index.js'
import BrokerPool from 'kafkajs/src/cluster/brokerPool.js'
import Connection from 'kafkajs/src/network/connection.js'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import added from 'kafkajs/src/protocol/requests/addPartitionsToTxn/v1/response.js'
import metadata from 'kafkajs/src/protocol/requests/metadata/v6/response.js'

/** What of kafkajs 2.2.4 has to be mended in place, for all who connect. Doing it once more changes nothing. */
export const mendKafkajs = (): void => {
  RequestQueue.prototype.scheduleCheckPendingRequests = checkWhilePending
  RequestQueue.prototype.scheduleRequestTimeoutCheck = checkInFlight
  Broker.prototype.connect = introduce
  Broker.prototype.isConnected = isIntroduced
  BrokerPool.prototype.findConnectedBroker = findIntroduced
  Connection.prototype.connect = connectOnce
  Connection.prototype.disconnect = disconnectNow
  Connection.prototype.processData = takeIn
  metadata.parse = parseMetadata
  added.parse = parseAdded
}

const { scheduleCheckPendingRequests } = RequestQueue.prototype
const { connect: connectBroker, isConnected } = Broker.prototype
const { findConnectedBroker } = BrokerPool.prototype
const { connect, processData } = Connection.prototype
const { parse: parseTopics } = metadata
const { parse: parsePartitions } = added

/** K13: the timer for waiting requests would arm itself again for ever, on each idle connection. */
function checkWhilePending(this: typeof RequestQueue.prototype): void {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this)
}

const CHECK_MS = 100
/** When each request was first seen on its way. */
const seen = new WeakMap<object, number>()

/** kafkajs would go by the time of day: where that is set back, who asked a broker that hangs would wait as long. */
function checkInFlight(this: typeof RequestQueue.prototype): void {
  if (!this.enforceRequestTimeout) return
  this.destroy()
  this.requestTimeoutIntervalId = setInterval(
    () => {
      const now = performance.now()
      for (const request of this.inflight.values()) {
        const since = seen.get(request) ?? now
        seen.set(request, since)
        if (now - since > request.requestTimeout) request.timeoutRequest()
      }
      if (!this.isConnected()) this.destroy()
    },
    Math.min(this.requestTimeout, CHECK_MS),
  )
}

type Node = typeof Broker.prototype

/** Brokers that have told what they speak. */
const introduced = new WeakSet<Node>()

/**
 * A new broker would count as connected while it is still asked for the versions that it speaks: others that find it so
 * would ask it in none.
 */
function isIntroduced(this: Node): boolean {
  return introduced.has(this) && isConnected.call(this)
}

async function introduce(this: Node): Promise<void> {
  await connectBroker.call(this)
  introduced.add(this)
}

/** Where one broker has come back meanwhile, kafkajs gives out another, which is new and not connected. */
async function findIntroduced(this: typeof BrokerPool.prototype): Promise<Node> {
  const broker = await findConnectedBroker.call(this)
  await broker.connect()
  return broker
}

type Connected = typeof Connection.prototype

const connecting = new WeakMap<Connected, Promise<boolean>>()

/** Requests that come while it is down would open a socket each, and their answers would be mixed. */
function connectOnce(this: Connected): Promise<boolean> {
  if (this.isConnected()) return Promise.resolve(true)
  const begun = connecting.get(this) ?? connectAnew(this).finally(() => connecting.delete(this))
  connecting.set(this, begun)
  return begun
}

/**
 * A connection that was cut in the middle of an answer would take the beginning of the next answer for the rest of it,
 * and wait for ever.
 */
const connectAnew = async (connection: Connected): Promise<boolean> => {
  if (connection.socket !== undefined) {
    await connection.disconnect()
    // What the old socket has to say comes now, and is not taken for the new one's.
    await turn()
  }
  Object.assign(connection, { chunks: [], bytesBuffered: 0, bytesNeeded: LENGTH_BYTES })
  incoming.delete(connection)
  return connect.call(connection)
}

/**
 * kafkajs would wait until all is answered, and call itself connected meanwhile: what was asked of a broker that is
 * gone would come back when its time is up, and what is asked until then, too.
 */
async function disconnectNow(this: Connected): Promise<boolean> {
  const error = closed()
  this.rejectRequests(error)
  this.requestQueue.destroy()
  this.socket?.destroy(error)
  this.authenticatedAt = null
  this.connectionStatus = 'disconnected'
  return true
}

/** In front of each answer stands its length. */
const LENGTH_BYTES = 4

/** An answer as it comes in. */
interface Incoming {
  readonly length: Buffer
  bytes: Buffer | null
  filled: number
}

const incoming = new WeakMap<Connected, Incoming>()

/** Longer than any fetch asks for. What is no broker may say anything. */
const ANSWER_MAX = 1 << 28

/**
 * Answers go straight into memory of their own length. kafkajs would keep the pieces, which are read into memory that
 * is used again, and copy them together at the end.
 */
function takeIn(this: Connected, piece: Buffer): void {
  if (this.authHandlers) {
    // The few answers of a login.
    processData.call(this, Buffer.from(piece))
    return
  }
  const answer: Incoming = incoming.get(this) ?? { length: Buffer.alloc(LENGTH_BYTES), bytes: null, filled: 0 }
  incoming.set(this, answer)
  for (let at = 0; at < piece.length; ) {
    const into = answer.bytes ?? answer.length
    const taken = piece.copy(into, answer.filled, at)
    at += taken
    answer.filled += taken
    if (answer.filled < into.length) return
    answer.filled = 0
    if (answer.bytes !== null) {
      answer.bytes = null
      const correlationId = into.readInt32BE()
      this.requestQueue.fulfillRequest({ size: into.length, correlationId, payload: into.subarray(4) })
      continue
    }
    const size = into.readInt32BE()
    if (size < 4 || size > ANSWER_MAX) {
      this.socket?.destroy(new Error(`an answer of ${size} bytes: this is no Kafka broker`))
      return
    }
    answer.bytes = Buffer.allocUnsafeSlow(size)
  }
}

/** One partition without a leader, of whatever topic, would make all others and all brokers unknown. */
const parseMetadata: typeof metadata.parse = async answer => {
  const topicMetadata = answer.topicMetadata.map(topic => ({ ...topic, partitionMetadata: [] }))
  await parseTopics({ ...answer, topicMetadata })
  return answer
}

const OPERATION_NOT_ATTEMPTED = 55

/** Where one partition is refused, the others are not tried: that is no reason, and would be taken for the first. */
const parseAdded: typeof added.parse = answer =>
  parsePartitions({
    ...answer,
    errors: answer.errors.map(topic => ({
      ...topic,
      partitionErrors: topic.partitionErrors.filter(({ errorCode }) => errorCode !== OPERATION_NOT_ATTEMPTED),
    })),
  })

const closed = (): Error =>
  Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError', retriable: true })
