import { randomInt } from 'node:crypto'
import { connect, createServer, type Server } from 'node:net'
import { MillraceError } from '../../engine/errors.ts'
import { holderOf } from './holder.ts'

/** Below those that systems give to outgoing calls: a client that calls a dead server may not become its own server. */
const LOWEST = 20_000
const HIGHEST = 32_000
/** Where nobody listens yet a port seems free that somebody was given: each process has a share of its own. */
const SHARES = 16
/** By this process; the last of them. */
const given: number[] = []
const REMEMBERED = 200

/** As many free ports of loopback as asked for, all different, and others than were given before. */
export const freePorts = async (count: number): Promise<number[]> => {
  const found: number[] = []
  while (found.length < count) {
    const port = LOWEST + SHARES * randomInt((HIGHEST - LOWEST) / SHARES) + (process.pid % SHARES)
    if (given.includes(port)) continue
    given.push(port)
    if (given.length > REMEMBERED) given.shift()
    if (await isFree(port)) found.push(port)
  }
  return found
}

const isFree = (port: number): Promise<boolean> =>
  listen(port).then(
    server => close(server).then(() => true),
    () => false,
  )

/** A port that a service is to listen on, and the flag that names another. */
export interface Wanted {
  readonly name: string
  readonly port: number
  readonly flag: string
}

/** Fails: usage SERVICE_PORT, for the first one that somebody else listens on. */
export const checkPorts = async (wanted: readonly Wanted[]): Promise<void> => {
  for (const [i, { name, port, flag }] of wanted.entries()) {
    const twin = wanted.slice(0, i).find(other => other.port === port)
    if (twin) throw new MillraceError('SERVICE_PORT', `port ${port} is given to ${twin.name} and to ${name}`)
    try {
      await close(await listen(port))
    } catch (cause) {
      const found = refusalOf(cause, port)
      const way = `end that, or give another port: --${flag} ${10_000 + (port % 50_000)}`
      throw new MillraceError('SERVICE_PORT', `${name} cannot have port ${port} of 127.0.0.1: ${found}; ${way}`, {
        cause,
      })
    }
  }
}

const refusalOf = (cause: unknown, port: number): string => {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ERR_SOCKET_BAD_PORT') return 'ports end at 65535'
  return code === 'EADDRINUSE' ? `${holderOf(port)} listens on it` : `the system refuses it (${code})`
}

/** Whether somebody takes calls at this port. */
export const isOpen = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server))
  })

const close = (server: Server): Promise<void> => new Promise(resolve => server.close(() => resolve()))
