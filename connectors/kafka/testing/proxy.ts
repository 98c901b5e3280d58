import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/*
 * A wire to a broker that fails as it is told to: for tests of what is done when nobody knows what has happened.
 *
 *   frame    i32 length, then of a request: i16 API, i16 version, i32 correlation; of an answer: i32 correlation
 *
 * A broker answers the requests of a connection in their order. Answers that name the broker are changed to name the
 * proxy, so that a client stays with it: behind the host stands the port, an i32, whatever the version.
 */

/** What becomes of one request. */
export type Fate =
  | 'pass'
  /** It never arrives, and the connection stays. */
  | 'lose'
  /** It never arrives, and the connection is cut. */
  | 'refuse'
  /** It is carried out, and its answer does not come. */
  | 'mute'
  /** It is carried out, and the connection is cut instead of an answer. */
  | 'cut'
  /** It is carried out, and the connection is cut in the middle of the answer. */
  | 'tear'
  /** It arrives later, and so do all behind it. */
  | { readonly heldMs: number }
  | { readonly heldUntil: Promise<void> }
  /** It is carried out, and its answer comes later; so do all behind it. */
  | { readonly slowMs: number }
  /** The connection is cut at once, and the request arrives later all the same. */
  | { readonly lateMs: number }
  /** It is carried out, and its answer is told otherwise: of the same length. */
  | { readonly edit: (answer: Buffer) => void }

/** By its number in the protocol. */
export const apis = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  OffsetCommit: 8,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  ApiVersions: 18,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  TxnOffsetCommit: 28,
} as const

export interface KafkaProxy {
  /** '127.0.0.1:port'. */
  readonly address: string
  /** Judges each request from now on; at first all pass. */
  judge(fateOf: (api: number) => Fate): void
  /** The next request of this API has this fate, and all others pass. Resolves when it has met it. */
  once(api: keyof typeof apis, fate: Fate): Promise<void>
  /** How many requests of this API have come. */
  count(api: keyof typeof apis): number
  /** Ends every connection; new ones are taken. */
  cut(): void
  close(): Promise<void>
}

/** A proxy in front of the broker at 'host:port'. */
export const openProxy = async (broker: string): Promise<KafkaProxy> => {
  const [host, port] = broker.split(':') as [string, string]
  const wire: Wire = {
    host,
    port: Number(port),
    ownPort: 0,
    fateOf: () => 'pass',
    counts: new Map(),
    sockets: new Set(),
  }
  const server = createServer(client => carry(wire, client))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  wire.ownPort = (server.address() as AddressInfo).port
  const cut = (): void => {
    for (const socket of wire.sockets) socket.destroy()
  }
  return {
    address: `127.0.0.1:${wire.ownPort}`,
    judge: fateOf => {
      wire.fateOf = fateOf
    },
    once: (name, fate) =>
      new Promise(resolve => {
        wire.fateOf = api => {
          if (api !== apis[name]) return 'pass'
          wire.fateOf = () => 'pass'
          resolve()
          return fate
        }
      }),
    count: name => wire.counts.get(apis[name]) ?? 0,
    cut,
    async close() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}

interface Wire {
  readonly host: string
  readonly port: number
  ownPort: number
  fateOf: (api: number) => Fate
  readonly counts: Map<number, number>
  readonly sockets: Set<Socket>
}

interface Asked {
  readonly api: number
  readonly fate: Fate
}

const carry = (wire: Wire, client: Socket): void => {
  const broker = connect(wire.port, wire.host)
  /** Requests that the broker has not answered, in their order. */
  const asked: Asked[] = []
  let asking: Promise<unknown> = Promise.resolve()
  let answering: Promise<unknown> = Promise.resolve()
  let isLate = false
  for (const [socket, other] of [
    [client, broker],
    [broker, client],
  ] as const) {
    wire.sockets.add(socket.setNoDelay(true))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      wire.sockets.delete(socket)
      if (!isLate || socket === broker) other.destroy()
    })
  }
  onFrames(client, frame => {
    const api = frame.readInt16BE(4)
    wire.counts.set(api, (wire.counts.get(api) ?? 0) + 1)
    const fate = wire.fateOf(api)
    if (fate === 'lose') return
    if (fate === 'refuse') {
      client.destroy()
      return
    }
    asked.push({ api, fate })
    if (typeof fate === 'object' && 'lateMs' in fate) {
      isLate = true
      client.destroy()
    }
    asking = asking.then(() => restFor(fate, 'heldMs', 'lateMs')).then(() => broker.write(frame))
  })
  onFrames(broker, frame => {
    const { api, fate } = asked.shift()!
    if (fate === 'mute') return
    if (fate === 'cut') client.destroy()
    else if (fate === 'tear') client.end(frame.subarray(0, frame.length >> 1))
    else if (isLate) broker.destroy()
    else {
      if (typeof fate === 'object' && 'edit' in fate) fate.edit(frame)
      const answer = api === apis.Metadata || api === apis.FindCoordinator ? renamed(wire, frame) : frame
      answering = answering.then(() => restFor(fate, 'slowMs')).then(() => client.write(answer))
    }
  })
}

/** Waits as long as the fate says under one of the names. */
const restFor = (fate: Fate, ...names: readonly string[]): Promise<void> | undefined => {
  if (typeof fate === 'object' && 'heldUntil' in fate) return names.includes('heldMs') ? fate.heldUntil : undefined
  const ms = names.map(name => (fate as Readonly<Record<string, number>>)[name]).find(ms => ms !== undefined)
  return ms === undefined ? undefined : delay(ms)
}

/** A frame is complete with its length. */
const onFrames = (socket: Socket, hear: (frame: Buffer) => void): void => {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (let end = endOf(rest); end > 0; end = endOf(rest)) {
      hear(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  })
}

/** 0 while the first frame is not whole. */
const endOf = (bytes: Buffer): number => {
  const end = bytes.length < 4 ? 4 : 4 + bytes.readInt32BE(0)
  return bytes.length < end ? 0 : end
}

const renamed = ({ host, port, ownPort }: Wire, frame: Buffer): Buffer => {
  const [name, changed] = [Buffer.alloc(host.length + 4), Buffer.from(frame)]
  name.writeInt32BE(port, name.write(host))
  for (let at = changed.indexOf(name); at >= 0; at = changed.indexOf(name, at + name.length))
    changed.writeInt32BE(ownPort, at + host.length)
  return changed
}
