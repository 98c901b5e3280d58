import { setImmediate as turn } from 'node:timers/promises'
import Connection from 'kafkajs/src/network/connection.js'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

/** What of kafkajs 2.2.4 has to be mended in place, for all who connect. Doing it once more changes nothing. */
export const mendKafkajs = (): void => {
  RequestQueue.prototype.scheduleCheckPendingRequests = checkWhilePending
  Connection.prototype.connect = connectOnce
}

const { scheduleCheckPendingRequests } = RequestQueue.prototype
const { connect } = Connection.prototype

/** K13: the timer for waiting requests would arm itself again for ever, on each idle connection. */
function checkWhilePending(this: typeof RequestQueue.prototype): void {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this)
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
    connection.rejectRequests(closed())
    // Who waited for those requests to disconnect does so now, and not from the new socket.
    await turn()
    connection.socket.destroy()
  }
  Object.assign(connection, { chunks: [], bytesBuffered: 0, bytesNeeded: LENGTH_BYTES })
  return connect.call(connection)
}

/** In front of each answer stands its length. */
const LENGTH_BYTES = 4

const closed = (): Error =>
  Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError', retriable: true })
