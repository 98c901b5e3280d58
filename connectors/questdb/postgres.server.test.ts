import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { parseQuestdb } from './config.ts'
import { openPostgres } from './postgres.ts'

const { http, pg } = inject('questdb')
const url = `questdb://${pg.user}:${pg.password}@${new URL(http).host}`

const ANSWER_MS = 1500
const query = 'select x from long_sequence(100000)'

test('a stream ends when the server falls silent in the middle', async () => {
  let isSilent = false
  const proxy = createServer(socket => {
    const server = connect(pg.port, pg.host)
    const to = socket.pipe(server).on('error', () => socket.destroy())
    to.on('data', bytes => isSilent || socket.write(bytes))
    socket.on('close', () => server.destroy()).on('error', () => undefined)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const postgres = openPostgres(parseQuestdb(`${url}?pg=${(proxy.address() as AddressInfo).port}`), ANSWER_MS)
  let seen = 0
  const read = async (): Promise<void> => {
    for await (const rows of postgres.stream(query, [], 1000)) {
      seen += rows.length
      isSilent = seen === 3000
    }
  }
  const message = expect.stringMatching(/over PG wire: nothing within 1500 ms$/)
  await expect(read()).rejects.toMatchObject({ code: 'QUESTDB_DOWN', message })
  expect(seen).toBe(3000)
  await postgres.close()
  await new Promise(closed => proxy.close(closed))
})

test('who reads may take his time between rows', async () => {
  const postgres = openPostgres(parseQuestdb(`${url}?pg=${pg.port}`), ANSWER_MS)
  let seen = 0
  for await (const rows of postgres.stream(query, [], 50_000)) {
    seen += rows.length
    await delay(1.2 * ANSWER_MS)
  }
  expect(seen).toBe(100_000)
  await postgres.close()
})
