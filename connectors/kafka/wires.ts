import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

/** What kafkajs opens a socket with. */
interface SocketOptions {
  readonly host: string
  readonly port: number
  readonly ssl: ConnectionOptions | null
  readonly onConnect: () => void
}

/** The sockets of a cluster. */
export interface Wires {
  open(options: SocketOptions): Socket
  /** How often one was opened, or lost. */
  changes(): number
  /** All of them, and none is opened any more. */
  cut(): void
}

export const openWires = (): Wires => {
  const sockets = new Set<Socket>()
  let isCut = false
  let changes = 0
  return {
    changes: () => changes,
    open(options) {
      if (isCut) throw givenUp()
      changes += 1
      const socket = openSocket(options)
      sockets.add(socket)
      return socket.once('close', () => {
        changes += 1
        sockets.delete(socket)
      })
    },
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy(givenUp())
    },
  }
}

const givenUp = (): Error => new Error('the cluster was given up')

/**
 * As kafkajs opens it, but small requests leave at once (TCP_NODELAY). While a broker is away, kafkajs ends what is
 * closed again with each attempt, and each leaves a listener that Node would warn of.
 */
const openSocket = ({ host, port, ssl, onConnect }: SocketOptions): Socket => {
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = ssl ? connectTls({ host, port, ...name, ...ssl }, onConnect) : openPlain(host, port, onConnect)
  return socket.setMaxListeners(0).setNoDelay(true).setKeepAlive(true, 60_000)
}

const READ_BYTES = 64 * 1024

/** Reads into the same memory again and again: what is emitted is copied by whoever keeps it. */
const openPlain = (host: string, port: number, onConnect: () => void): Socket => {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  const onread = {
    buffer,
    callback: (bytes: number): boolean => {
      socket.emit('data', buffer.subarray(0, bytes))
      return true
    },
  }
  const socket: Socket = connectTcp({ host, port, onread }, onConnect)
  return socket
}
