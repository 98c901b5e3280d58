import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { parseQuestdb } from './config.ts'
import { openPostgres, type Postgres } from './postgres.ts'

/** PG wire: come in, and: say what you want. */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])

let close: () => Promise<void>
afterEach(() => close())

/** A host that says so much and then nothing more. */
const silent = async (words: Buffer, answerMs: number): Promise<Postgres> => {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket.on('error', () => undefined))
    socket.once('data', () => socket.write(words)).resume()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(closed => server.close(closed))
  }
  const { port } = server.address() as AddressInfo
  return openPostgres(parseQuestdb(`questdb://127.0.0.1?pg=${port}`), answerMs)
}

const first = (postgres: Postgres): Promise<unknown> =>
  postgres.stream('select x from long_sequence(9)', [], 5)[Symbol.asyncIterator]().next()

describe('a server that falls silent is left', () => {
  test.each([
    ['before it lets us in', Buffer.alloc(0), 300, 'connection timeout'],
    // Coming in has the same limit, and takes a busy machine its time.
    ['when it is asked', WELCOME, 1500, 'nothing within 1500 ms'],
  ])('%s', async (_, words, answerMs, reason) => {
    const postgres = await silent(words, answerMs)
    const down = { code: 'QUESTDB_DOWN', message: expect.stringContaining(reason) }
    await expect(postgres.query('select 1')).rejects.toMatchObject(down)
    await expect(first(postgres)).rejects.toMatchObject(down)
    await postgres.close()
  })
})
