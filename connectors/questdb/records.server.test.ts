import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Block } from '../../engine/log/block.ts'
import { blockOf, type Row, sliceBlock } from '../../engine/log/build.ts'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log, LogRecord } from '../../engine/log/port.ts'
import { definitions } from '../../engine/market/definitions.ts'
import { financings, funding } from '../../engine/market/financing.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { bookDeltas, bookSnapshots, clock, instruments, quotes, trades } from '../../engine/market/topics.ts'
import { rangeState, rowsWithin, type TimeRange } from '../../engine/run/range.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { applied } from './applied.ts'
import { parseQuestdb } from './config.ts'
import { openQuestdb, type Questdb } from './questdb.ts'
import { readRecords } from './records.ts'
import { questdbSink } from './sink.ts'

const { http, pg } = inject('questdb')
const url = `questdb://${pg.user}:${pg.password}@${new URL(http).host}?pg=${pg.port}`

let questdb: Questdb
beforeAll(async () => {
  questdb = await openQuestdb({ address: parseQuestdb(url) })
})
afterAll(() => questdb.close())

const HOUR = 3_600_000_000
const START = 1_400_000_000_000_000

/** The same numbers each time: mulberry32. */
const chance = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Any double but the infinite ones: bytes that are line ends, quotes and equals signs are among its bits. */
const anyDouble = (next: () => number): number => {
  const view = new DataView(new ArrayBuffer(8))
  const special = [0, -0, Number.NaN, 5e-324, -1.7976931348623157e308, 0.1, 1 / 3, 2 ** 53]
  if (next() < 0.1) return special[Math.floor(next() * special.length)]!
  if (next() < 0.3) {
    const bytes = [0x0a, 0x20, 0x22, 0x2c, 0x3d, 0x5c, 0x0d]
    for (let i = 0; i < 7; i++) view.setUint8(i + 1, bytes[Math.floor(next() * bytes.length)]!)
    view.setUint8(0, 0x40)
    return view.getFloat64(0)
  }
  view.setUint32(0, next() * 2 ** 32)
  view.setUint32(4, next() * 2 ** 32)
  return Number.isFinite(view.getFloat64(0)) ? view.getFloat64(0) : 1
}

const quoteOf = (next: () => number, at: number, key = 'EURUSD'): Row => ({
  ...{ at, key, bid: anyDouble(next), ask: anyDouble(next), bidSize: anyDouble(next), askSize: anyDouble(next) },
})

const store = async (log: Log, topic: string): Promise<void> => {
  await questdbSink({ questdb, log, mailbox: { topic, partition: 0 }, clock: systemClock }).run()
  await applied(questdb, systemClock)
}

const digestOf = async (records: AsyncIterable<LogRecord>): Promise<string> => {
  const state = digestState()
  for await (const { block } of records) digestBlock(state, block)
  return `${digestHex(state)} of ${state.count} rows`
}

const cutsOf = async (records: AsyncIterable<LogRecord>): Promise<string[]> => {
  const cuts: string[] = []
  for await (const { offset, block } of records) cuts.push(`${offset}: ${block.count} ${block.schema.name}`)
  return cuts
}

/** What a run over a range of time steps. */
async function* within(records: AsyncIterable<LogRecord>, range: TimeRange): AsyncGenerator<LogRecord> {
  const state = rangeState(range)
  for await (const { offset, block } of records) {
    const isDefinition = block.schema.id === instruments.schema.id
    const runs = isDefinition && !state.isOver ? [[0, block.count] as const] : rowsWithin(block, 0, block.count, state)
    for (const [first, last] of runs) yield { offset, block: sliceBlock(block, first, last) }
  }
}

const expectSame = async (log: Log, topic: string): Promise<void> => {
  const wanted = { source: `${topic}/0` }
  expect(await digestOf(readRecords(questdb, wanted))).toBe(await digestOf(log.read(topic, 0, 0)))
  expect(await cutsOf(readRecords(questdb, wanted))).toEqual(await cutsOf(log.read(topic, 0, 0)))
  const inSpans = readRecords(questdb, wanted, { spanRows: 100 })
  expect(await cutsOf(inSpans)).toEqual(await cutsOf(log.read(topic, 0, 0)))
}

describe('a topic comes back from its tables bit for bit', () => {
  test('doubles of any bits, keys and texts of any letters', async () => {
    const next = chance(1)
    const log = memoryLog()
    const texts = ['', ' ', 'a,b=c d', '"quoted" \\', 'two\nlines\r', 'ü€😀', '\t', "'", 'é'.repeat(500)]
    const rows = Array.from({ length: 6000 }, (_, i) => quoteOf(next, START + i * 40_000_000, texts[i % texts.length]))
    await log.append('bits', 0, [blockOf(quotes.schema, rows.slice(0, 4096)), blockOf(quotes.schema, rows.slice(4096))])
    const prints = texts.map((side, i) => ({ at: START + i, key: side, price: 1, size: anyDouble(next), side }))
    await log.append('bits', 0, [blockOf(trades.schema, prints)])
    await store(log, 'bits')
    await expectSame(log, 'bits')
  })

  test('rows of several schemas in one mailbox, late rows, single rows, hours without any', async () => {
    const next = chance(2)
    const log = memoryLog()
    const define = (at: number): Block =>
      blockOf(
        instruments.schema,
        definitions.map(definition => ({ ...definition, at, key: definition.id })),
      )
    await log.append('mixed', 0, [define(0)])
    let at = START
    for (let i = 0; i < 300; i++) {
      at += Math.floor(next() * 0.3 * HOUR)
      const late = next() < 0.1 ? Math.floor(next() * 400 * HOUR) : 0
      const rows = Array.from({ length: 1 + Math.floor(next() * 40) }, (_, k) => quoteOf(next, at + k - late))
      await log.append('mixed', 0, [
        next() < 0.5 ? blockOf(quotes.schema, rows) : sliceBlock(blockOf(quotes.schema, rows), 0, 1),
      ])
      if (next() < 0.3) await log.append('mixed', 0, [blockOf(clock.schema, [{ at, key: '*' }])])
      if (next() < 0.05) await log.append('mixed', 0, [define(at)])
      const charged = { ...funding({ at, rate: i / 1e6 }), key: definitions[0]!.id }
      if (i % 8 === 0) await log.append('mixed', 0, [blockOf(financings.schema, [charged])])
    }
    await store(log, 'mixed')
    await expectSame(log, 'mixed')
    for (const [from, to] of [
      [START + 5 * HOUR, START + 20 * HOUR],
      [START - 100 * HOUR, START + 7.3 * HOUR],
      [START + 10.5 * HOUR, undefined],
    ] as const) {
      const range = { from, ...(to === undefined ? {} : { to }) }
      const records = readRecords(questdb, { source: 'mixed/0', ...range }, { spanRows: 100 })
      expect(await digestOf(records)).toBe(await digestOf(within(log.read('mixed', 0, 0), range)))
    }
  })

  test('as many tables as a capture of a venue has', async () => {
    const log = memoryLog()
    for (let at = START; at < START + 3; at++) {
      const level = { at, key: 'BTCUSDT', side: 'bid', price: 1, size: 2, last: 3, isFinal: 1 }
      const rows: readonly (readonly [Schema, Row])[] = [
        [instruments.schema, { ...definitions[0]!, key: definitions[0]!.id, at }],
        [quotes.schema, { at, key: 'BTCUSDT', bid: 1, ask: 2, bidSize: 3, askSize: 4 }],
        [trades.schema, { at, key: 'BTCUSDT', price: 1, size: 2, side: 'buy' }],
        [bookSnapshots.schema, level],
        [bookDeltas.schema, { ...level, first: 1, previous: 0 }],
        [clock.schema, { at, key: '*' }],
      ]
      await log.append(
        'capture',
        0,
        rows.map(([schema, row]) => blockOf(schema, [row])),
      )
    }
    await store(log, 'capture')
    await expectSame(log, 'capture')
  })

  test('updates of books, some of them over the end of a block', async () => {
    const next = chance(3)
    const rows: Record<'deltas' | 'snapshots', Row[]> = { deltas: [], snapshots: [] }
    for (let last = 1; rows.deltas.length < 9000; last += 2) {
      const at = START + last * 1_000_000
      const [bids, asks] = [Math.floor(next() * 12), Math.floor(next() * 12)]
      const sides = [...Array(bids).fill('bid'), ...Array(asks).fill('ask')]
      const levels = sides.length === 0 ? ['none'] : sides
      for (const [i, side] of levels.entries()) {
        const [price, size] = side === 'none' ? [0, 0] : [anyDouble(next), anyDouble(next)]
        const level = { at, key: 'BTCUSDT', side, price, size, last, isFinal: i + 1 === levels.length ? 1 : 0 }
        rows.deltas.push({ ...level, first: last - 1, previous: last - 2 })
        rows.snapshots.push(level)
      }
    }
    const log = memoryLog()
    const cut = (schema: Schema, all: readonly Row[]): Block[] => {
      const blocks: Block[] = []
      for (let i = 0; i < all.length; i += 4096) blocks.push(blockOf(schema, all.slice(i, i + 4096)))
      return blocks
    }
    await log.append('books', 0, cut(bookDeltas.schema, rows.deltas))
    await log.append('books', 0, cut(bookSnapshots.schema, rows.snapshots))
    await store(log, 'books')
    await expectSame(log, 'books')
  })
})
