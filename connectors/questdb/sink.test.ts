import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { blockOf } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { bookDeltas, instruments, quotes } from '../../engine/market/topics.ts'
import { manualClock } from '../../engine/testing/clock.ts'
import { quoteBlock, quoteRow, rowsRead } from '../../engine/testing/log/rows.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { parseQuestdb, type QuestdbAddress } from './config.ts'
import { openHttp } from './http.ts'
import { openNotes } from './notes.ts'
import { openQuestdb, type Questdb } from './questdb.ts'
import { questdbSink, type SinkOptions } from './sink.ts'
import { openStanding } from './standing.ts'

/** A busy machine needs longer than the usual second. */
const SOON = { timeout: 60_000 }

type Reply = (body: Buffer, answer: ServerResponse) => void

const stored: Reply = (_, answer) => void answer.writeHead(204).end()
const status =
  (code: number, message = 'words of the server', line?: number): Reply =>
  (_, answer) =>
    void answer.writeHead(code).end(JSON.stringify({ code: 'invalid', message, line }))
const dropped: Reply = (_, answer) => void answer.destroy()
const late =
  (ms: number): Reply =>
  (_, answer) =>
    void setTimeout(() => answer.writeHead(204).end(), ms)
const never: Reply = () => undefined

/** Bodies that came, and what is answered to the next ones; when nothing is left to say, they are stored. */
let bodies: string[]
let replies: Reply[]
let settings: string
let tables: [name: string, id: number][]
let address: QuestdbAddress
let close: () => Promise<void>

beforeEach(async () => {
  bodies = []
  replies = []
  tables = [['quotes', 1]]
  settings = JSON.stringify({ config: { 'release.version': '9.3.4', 'line.proto.support.versions': [1, 2, 3] } })
  const server = createServer(async (request, answer) => {
    if (request.url === '/settings') return void answer.end(settings)
    if (request.url?.startsWith('/exec')) return void answer.end(JSON.stringify({ dataset: tables }))
    const body = await bodyOf(request)
    bodies.push(body.toString('latin1'))
    return (replies.shift() ?? stored)(body, answer)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  address = parseQuestdb(`questdb://127.0.0.1:${(server.address() as AddressInfo).port}?pg=1`)
  close = async () => {
    server.closeAllConnections()
    await new Promise(closed => server.close(closed))
  }
})
afterEach(() => close())

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Sends to this server; there are no tables to ask. */
const store = (answerMs = 2000): Questdb => {
  const notes = openNotes(address)
  const { send, tables } = openHttp(address, answerMs)
  const checkTables = openStanding(new Map([['quotes', 1]]), tables)
  return { send, note: notes.write, checkTables, close: notes.close } as Questdb
}

const TOPIC = 'quotes'
const logOf = async (rows: number): Promise<Log> => {
  const log = memoryLog()
  await log.append(TOPIC, 0, [quoteBlock(0, rows)])
  return log
}

const sinkOf = (log: Log, more: Partial<SinkOptions> = {}) => {
  const reasons: string[] = []
  const options = { log, mailbox: { topic: TOPIC, partition: 0 }, clock: systemClock, questdb: store() }
  const onRetry = ({ reason }: { reason: string }) => reasons.push(reason.replace(/127\.0\.0\.1:\d+/, 'HOST'))
  return { sink: questdbSink({ ...options, onRetry, ...more }), reasons }
}

const placesIn = (body: string): number[] => [...body.matchAll(/seq=(\d+)i/g)].map(([, seq]) => Number(seq))
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('a batch is kept until it is acknowledged', () => {
  test('whatever the answer is: none, an error, one that comes too late', async () => {
    replies = [status(500), dropped, never, status(503, 'No space left'), status(421, 'not accepting writes')]
    const log = await logOf(10)
    const { sink, reasons } = sinkOf(log, { questdb: store(1000) })
    expect(await sink.run()).toBe('finished')
    expect(bodies.map(placesIn)).toEqual(Array.from({ length: 6 }, () => upTo(10)))
    expect(reasons).toEqual([
      'HTTP 500: words of the server',
      expect.stringMatching(/^no answer from HOST: (socket hang up|read ECONNRESET)$/),
      'no answer from HOST: none within 1000 ms',
      'HTTP 503: No space left',
      'HTTP 421: not accepting writes',
    ])
    expect(sink.state()).toMatchObject({ rows: 10, batches: 1, requests: 6, retries: 5, waitingFor: null, pending: 0 })
    expect((await log.fence(sink.task)).position).toEqual({ offset: 1, row: 0 })
  })

  test('what somebody else says on the way is no answer: neither yes nor no', async () => {
    const page = '<html>400 The plain HTTP request was sent to HTTPS port</html>'
    replies = [200, 400].map(code => (_, answer) => void answer.writeHead(code).end(page))
    const { sink, reasons } = sinkOf(await logOf(3))
    await sink.run()
    expect(reasons).toEqual([`HTTP 200: ${page}`, `HTTP 400: ${page}`])
    expect(sink.state()).toMatchObject({ rows: 3, rejects: 0, requests: 3 })
  })

  test('an answer may take its time: only requests have a limit, and retries none', async () => {
    replies = [late(600)]
    const { sink, reasons } = sinkOf(await logOf(3))
    await sink.run()
    expect(reasons).toEqual([])
  })

  test('the position is committed behind the acknowledgement, and not before', async () => {
    const log = await logOf(5)
    const { sink } = sinkOf(log)
    const positions: unknown[] = []
    replies = [
      (_, answer) => {
        positions.push(sink.state().committed)
        void answer.writeHead(204).end()
      },
    ]
    await sink.run()
    expect([...positions, sink.state().committed]).toEqual([
      { offset: 0, row: 0 },
      { offset: 1, row: 0 },
    ])
  })

  test('one that was cut off begins where it was committed; the one that took over fences it', async () => {
    const log = await logOf(5)
    await sinkOf(log).sink.run()
    await log.append(TOPIC, 0, [quoteBlock(5, 8)])
    const heir = Promise.withResolvers<void>()
    replies = [(_, answer) => void heir.promise.then(() => answer.writeHead(204).end())]
    const old = sinkOf(log, { questdb: store(60_000) }).sink.run()
    await expect.poll(() => bodies.length, SOON).toBe(2)
    await sinkOf(log).sink.run()
    heir.resolve()
    await expect(old).rejects.toMatchObject({ code: 'LOG_FENCED' })
    expect(bodies.map(placesIn)).toEqual([upTo(5), [4096, 4097, 4098], [4096, 4097, 4098]])
  })

  test.each([
    ['of other rows', [quoteBlock(7, 12), quoteBlock(12, 20)], '0#4'],
    ['of the same rows and more, cut elsewhere', [quoteBlock(0, 20)], '0#4'],
    ['of fewer rows', [quoteBlock(0, 3)], '0#4'],
  ])('a topic that was recorded anew, %s, is refused: its places are stored', async (_, blocks, place) => {
    const log = await logOf(5)
    await sinkOf(log).sink.run()
    await log.drop(TOPIC)
    await log.append(TOPIC, 0, blocks)
    await expect(sinkOf(log).sink.run()).rejects.toMatchObject({
      code: 'LOG_GONE',
      message: expect.stringContaining(`${TOPIC}/0/${place} is not the row that is stored from there`),
    })
    expect(bodies.map(placesIn)).toEqual([upTo(5)])
  })
})

describe('a row that the server refuses', () => {
  const log = async () => {
    const made = await logOf(100)
    return { log: made, letters: () => made.end('questdb.dead-letters', 0) }
  }
  const refuses =
    (seq: number, says: 'line' | 'nothing'): Reply =>
    (body, answer) => {
      const text = body.toString('latin1')
      const line = placesIn(text).indexOf(seq) + 1
      if (line === 0 || text.startsWith('rejects')) return stored(body, answer)
      return status(400, `error in line ${line}: no such day`, says === 'line' ? line : undefined)(body, answer)
    }

  test.each(['line', 'nothing'] as const)('goes to the dead letters, all others stay: it says %s', async says => {
    const { log: made, letters } = await log()
    replies = Array.from({ length: 30 }, () => refuses(42, says))
    const { sink } = sinkOf(made)
    await sink.run()
    expect(sink.state()).toMatchObject({ rows: 100, rejects: 1 })
    const notes = bodies.filter(body => body.startsWith('rejects'))
    expect(notes).toEqual([expect.stringContaining('reason="no such day",place="quotes/0/0#42"')])
    expect(await letters()).toBe(1)
  })

  test('is noted before the position moves on, however often that fails', async () => {
    const { log: made, letters } = await log()
    replies = [refuses(99, 'line'), stored]
    replies.push(dropped, dropped)
    const { sink } = sinkOf(made)
    await sink.run()
    expect(await letters()).toBe(1)
    expect(bodies.filter(body => body.startsWith('rejects')).length).toBeGreaterThan(1)
  })

  test('does not hide a table that is another: then every row would be refused', async () => {
    const { log: made, letters } = await log()
    for (const words of [
      'table: quotes; table does not exist, creating new tables is disabled',
      'table: quotes, column: bid does not exist, creating new columns is disabled',
      'table: quotes, column: bid; cast error from protocol type: DOUBLE to column type: SYMBOL',
    ]) {
      replies = [status(400, words, 1)]
      await expect(sinkOf(made).sink.run()).rejects.toMatchObject({
        code: 'QUESTDB_TABLE',
        message: `the server refuses every row: ${words}`,
      })
    }
    expect(await letters()).toBe(0)
  })

  test('rows of a schema that has no table are no rows of the server at all', async () => {
    const made = memoryLog()
    const odd = { id: 95, name: 'odd', fields: [{ name: 'word', type: 'text' as const, unit: 'text' }] }
    await made.append(TOPIC, 0, [blockOf(odd, [{ at: 1, key: 'a', word: 'b' }])])
    await expect(sinkOf(made).sink.run()).rejects.toMatchObject({
      code: 'QUESTDB_TABLE',
      message: 'quotes/0 holds rows of odd, for which there is no table',
    })
  })

  test('what can never go on ends, though the server is away for what is on its way', async () => {
    const made = await logOf(1)
    const odd = { id: 95, name: 'odd', fields: [{ name: 'word', type: 'text' as const, unit: 'text' }] }
    const { sink, reasons } = sinkOf(made, { flushMs: 0, mailbox: { topic: TOPIC, partition: 0, follow: true } })
    await close()
    const run = sink.run()
    await expect.poll(() => reasons.length, SOON).toBeGreaterThan(0)
    await made.append(TOPIC, 0, [blockOf(odd, [{ at: 1, key: 'a', word: 'b' }])])
    await expect(run).rejects.toMatchObject({ code: 'QUESTDB_TABLE' })
  })
})

test('a row behind an update of a book that has not ended has one letter, however often it is taken', async () => {
  const log = memoryLog()
  const level = { at: 1, key: 'BTCUSDT', side: 'bid', price: 1, size: 2, first: 1, last: 2, previous: 0 }
  const deltas = (isFinal: number) => blockOf(bookDeltas.schema, [{ ...level, isFinal }])
  const bad = { ...quoteRow(1), bid: Number.POSITIVE_INFINITY }
  const letters = () => log.end('questdb.dead-letters', 0)
  await log.append(TOPIC, 0, [blockOf(quotes.schema, [bad]), deltas(0), blockOf(quotes.schema, [bad])])
  for (let run = 0; run < 3; run++) await sinkOf(log).sink.run()
  expect(await rowsRead(log, 'questdb.dead-letters', 0)).toMatchObject([{ rows: [{ place: 'quotes/0/0#0' }] }])
  const { sink } = sinkOf(log, { flushMs: 0, mailbox: { topic: TOPIC, partition: 0, follow: true } })
  const end = new AbortController()
  const run = sink.run(end.signal)
  await expect.poll(() => sink.state().rows, SOON).toBe(2)
  expect(await letters()).toBe(1)
  await log.append(TOPIC, 0, [deltas(1)])
  await expect.poll(letters, SOON).toBe(2)
  end.abort()
  await run
  await sinkOf(log).sink.run()
  const [, { rows: [letter] = [] } = {}] = await rowsRead(log, 'questdb.dead-letters', 0)
  expect(letter).toMatchObject({ place: 'quotes/0/2#0' })
  expect(await letters()).toBe(2)
})

describe('rows are sent by size and by time', () => {
  test('full batches, two at a time, in memory that does not grow', async () => {
    const log = memoryLog()
    for (let i = 0; i < 40; i++) await log.append(TOPIC, 0, [quoteBlock(i * 4096, (i + 1) * 4096)])
    const open: ServerResponse[] = []
    let [most, pending] = [0, 0]
    // They are answered when there are two and a third has had time to come, or when no more can come.
    const held: Reply = async (_, answer) => {
      most = Math.max(most, open.push(answer))
      pending = Math.max(pending, sink.state().pending)
      if (open.length === 1 && sink.state().rowsTaken < 40 * 4096) return
      await systemClock.sleep(20)
      for (const answered of open.splice(0)) answered.writeHead(204).end()
    }
    replies = Array.from({ length: 1000 }, () => held)
    const { sink } = sinkOf(log, { questdb: store(60_000) })
    await sink.run()
    expect(most).toBe(2)
    expect(pending).toBeLessThan(3 * 20_000)
    expect(bodies.flatMap(placesIn)).toHaveLength(40 * 4096)
    expect(Math.max(...bodies.map(body => body.length))).toBeLessThan(3 * 2 ** 20)
    expect(sink.state()).toMatchObject({ rowsTaken: 163_840, rows: 163_840, oldestMs: 0 })
  })

  test('after 250 ms without another row, by the clock that is handed in', async () => {
    const log = await logOf(3)
    const clock = manualClock()
    const end = new AbortController()
    const { sink } = sinkOf(log, { clock, mailbox: { topic: TOPIC, partition: 0, follow: true } })
    const run = sink.run(end.signal)
    expect(await clock.asleep()).toBe(250)
    expect([bodies.length, sink.state().pending]).toEqual([0, 3])
    await clock.advance(100)
    expect(sink.state()).toMatchObject({ oldestMs: 100, pending: 3, committed: { offset: 0, row: 0 } })
    await clock.advance(150)
    await expect.poll(() => sink.state().committed, SOON).toEqual({ offset: 1, row: 0 })
    await log.append(TOPIC, 0, [quoteBlock(3, 5)])
    expect(await clock.asleep()).toBe(250)
    end.abort()
    expect(await run).toBe('drained')
    expect(bodies.map(placesIn)).toEqual([upTo(3), [4096, 4097]])
    expect((await log.fence(sink.task)).position).toEqual({ offset: 2, row: 0 })
  })

  test('one that is drained while the server is away ends at once; what it took is in the topic', async () => {
    const log = await logOf(3)
    await close()
    const end = new AbortController()
    const { sink, reasons } = sinkOf(log)
    const run = sink.run(end.signal)
    await expect.poll(() => reasons.length, SOON).toBeGreaterThan(1)
    expect(sink.state().waitingFor).toMatch(/ECONNREFUSED/)
    end.abort()
    expect(await run).toBe('drained')
    expect(await log.lag(sink.task, TOPIC, 0)).toBe(1)
  })
})

test.each([
  ['made again', [['quotes', 2]]],
  ['dropped', []],
] as const)('rows for a table that was %s are not taken for stored', async (is, found) => {
  tables = found.map(([name, id]) => [name, id])
  const { sink } = sinkOf(await logOf(3))
  await expect(sink.run()).rejects.toMatchObject({
    code: 'QUESTDB_TABLE',
    message: expect.stringContaining(`table quotes was ${is} while rows were stored`),
  })
  expect(sink.state().committed).toEqual({ offset: 0, row: 0 })
})

test('the venue of an instrument is known from its definition, also after a restart', async () => {
  const log = memoryLog()
  const row = { ...{ id: 'EURUSD', venue: 'FX', tickSize: '1', lotSize: '1', multiplier: '1', quoteCurrency: 'USD' } }
  const definition = { ...row, at: 0, key: 'EURUSD', decimals: 6, takerFeeBps: 0, makerFeeBps: 0 }
  await log.append(TOPIC, 0, [blockOf(instruments.schema, [definition]), quoteBlock(1, 3)])
  await sinkOf(log).sink.run()
  await log.append(TOPIC, 0, [quoteBlock(2, 4)])
  await sinkOf(log).sink.run()
  const venues = bodies.map(body => [...body.matchAll(/^quotes,.*?instrument=(\w+)(,venue=\w+)? /gm)].map(m => m[2]))
  expect(venues).toEqual([
    [',venue=FX', ',venue=FX'],
    [',venue=FX', undefined],
  ])
  expect(quoteRow(3).key).toBe('XAUUSD')
})

describe('a server that cannot be used is told at once', () => {
  const opened = (readOnly = false) => openQuestdb({ address, readOnly })

  test('nobody there', async () => {
    await close()
    await expect(opened()).rejects.toMatchObject({
      code: 'QUESTDB_DOWN',
      message: expect.stringMatching(/^no answer from 127\.0\.0\.1:\d+: connect ECONNREFUSED/),
    })
  })

  test('no PG wire at its port', async () => {
    await expect(opened()).rejects.toMatchObject({
      code: 'QUESTDB_DOWN',
      message: expect.stringMatching(/^no answer from 127\.0\.0\.1:1 over PG wire: connect ECONNREFUSED/),
    })
  })

  test('another kind of server, or an old one', async () => {
    settings = '<html>'
    await expect(opened()).rejects.toMatchObject({
      code: 'QUESTDB_VERSION',
      message: expect.stringMatching(/does not answer as QuestDB 9 does: HTTP 200 <html>$/),
    })
    settings = JSON.stringify({ config: { 'release.version': '8.2.3' } })
    await expect(opened()).rejects.toMatchObject({
      code: 'QUESTDB_VERSION',
      message: expect.stringMatching(/is QuestDB 8\.2\.3, which reads line protocol 1, expected is 2$/),
    })
  })

  test('one that takes no rows', async () => {
    settings = settings.replace('{"config":{', '{"config":{"accepting.writes":["tcp"],')
    await expect(opened()).rejects.toMatchObject({
      code: 'QUESTDB_READ_ONLY',
      message: expect.stringMatching(/takes no rows over HTTP$/),
    })
  })

  test('one that does not let us in', async () => {
    replies = [status(401)]
    await expect(openHttp(address).send(Buffer.from('a'))).rejects.toMatchObject({
      code: 'QUESTDB_LOGIN',
      message: expect.stringMatching(/does not let user 'admin' in: HTTP 401$/),
    })
    replies = [status(403)]
    const { sink } = sinkOf(await logOf(1))
    await expect(sink.run()).rejects.toMatchObject({ code: 'QUESTDB_LOGIN' })
  })
})
