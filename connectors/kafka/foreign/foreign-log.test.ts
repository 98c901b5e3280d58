import { encode } from '@msgpack/msgpack'
import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deadLettersOf, isUndecoded } from '../../../engine/actor/dead-letters.ts'
import { MillraceError } from '../../../engine/errors.ts'
import { blockOf, type Row, rowOf } from '../../../engine/log/build.ts'
import { memoryLog } from '../../../engine/log/memory.ts'
import type { Log, LogSource } from '../../../engine/log/port.ts'
import { positionOf } from '../../../engine/log/position.ts'
import { currency } from '../../../engine/market/cash.ts'
import { instrumentFor } from '../../../engine/market/definitions.ts'
import { instruments, orders } from '../../../engine/market/topics.ts'
import { minor } from '../../../engine/market/units.ts'
import { rowsOf } from '../../../engine/run/replay.ts'
import { runStrategy } from '../../../engine/run/run-strategy.ts'
import { faultyLog } from '../../../engine/testing/faults.ts'
import { systemClock } from '../../../engine/time/clock.ts'
import { meanReversion } from '../../../strategies/mean-reversion.ts'
import { paperVenue } from '../../paper/venue.ts'
import { sampleMarket } from '../../sample/sample.ts'
import { encodeBatch, type NewRecord } from '../record-batch.ts'
import { recordsOf } from '../records.ts'
import type { Decoder } from './decoder.ts'
import { type ForeignLog, type ForeignOptions, foreignLog } from './foreign-log.ts'

const AT = 1_690_000_000_000
const quotes: Decoder = {
  format: 'json',
  fields: { at: 't', key: 's', bid: 'b', ask: 'a', bidSize: 'B' },
  unit: 'ms',
}

type Value = string | Uint8Array | null

/** Records from `start` on, `cut` of them in a batch. */
const readerOf = (values: readonly Value[], cut = 100, start = 0): ForeignOptions['reader'] => {
  const end = start + values.length
  const records = values.map(
    (value, n): NewRecord => ({
      key: Buffer.from(n % 2 === 0 ? 'EURUSD' : 'GBPUSD'),
      value: typeof value === 'string' ? Buffer.from(value) : value,
      headers: n % 3 === 0 ? [['from', Buffer.from('me')]] : [],
      timestamp: AT + n,
    }),
  )
  return {
    bounds: async () => ({ start, end }),
    end: async () => end,
    arrival: async () => end,
    async *pass(topic, partition, from, until = end) {
      if (from < start) throw new MillraceError('LOG_GONE', `${topic}/${partition}/${from} is gone`)
      for (let n = 0; n < records.length; n += cut) {
        const set = encodeBatch({ records: records.slice(n, n + cut) })
        set.writeBigInt64BE(BigInt(start + n), 0)
        if (start + n + cut > from) yield recordsOf(set, { partition: `${topic}/${partition}`, from, until })
      }
    },
  }
}

const logOf = (values: readonly Value[], decoder: Decoder, options: Partial<ForeignOptions> = {}): ForeignLog =>
  foreignLog({ reader: readerOf(values), decoders: { ticks: decoder }, ...options })

interface Taken {
  readonly place: string
  readonly schema: string
  readonly row: Row
}

/** Every row with its place; blocks are held to what the port promises of them. */
const take = async (log: LogSource, from = 0, until?: number): Promise<readonly Taken[]> => {
  const taken: Taken[] = []
  for await (const record of log.read('ticks', 3, from, until === undefined ? {} : { until })) {
    const { block, offset } = record
    expect(positionOf(record, 0).offset).toBe(offset)
    expect(new Set(Array.from(block.key.subarray(0, block.count))).size).toBe(block.keys.length)
    for (let index = 0; index < block.count; index++) {
      const at = positionOf(record, index)
      taken.push({ place: `${at.offset}#${at.row}`, schema: block.schema.name, row: rowOf(block, index) })
    }
    const behind = positionOf(record, block.count)
    taken.push({ place: `${behind.offset}#${behind.row}`, schema: 'behind', row: { at: 0, key: '' } })
  }
  return taken
}

const rowsIn = async (log: LogSource): Promise<readonly Row[]> =>
  (await take(log)).flatMap(({ schema, row }) => (schema === 'behind' ? [] : [row]))

const reasonsIn = async (log: LogSource): Promise<readonly string[]> =>
  (await rowsIn(log)).map(({ reason }) => String(reason).split(':')[0]!)

const quote = (n: number, more: object = {}): string =>
  JSON.stringify({
    t: AT + n,
    s: n % 2 === 0 ? 'EURUSD' : 'GBPUSD',
    b: 1.1,
    a: 1.1 + (n + 1) / 1e5,
    B: '1000',
    ...more,
  })

describe('a foreign topic', () => {
  it('gives a row for each record, with the key, the time and the position of the record', async () => {
    const log = logOf([quote(0), quote(1), quote(2, { B: null })], quotes)
    const row = (n: number, key: string, bidSize: number) => ({
      ...{ at: (AT + n) * 1000, key, bid: 1.1, ask: 1.1 + (n + 1) / 1e5, bidSize, askSize: 0 },
    })
    expect(await take(log)).toEqual([
      { place: '0#0', schema: 'quote', row: row(0, 'EURUSD', 1000) },
      { place: '1#0', schema: 'quote', row: row(1, 'GBPUSD', 1000) },
      { place: '2#0', schema: 'quote', row: row(2, 'EURUSD', 0) },
      { place: '3#0', schema: 'behind', row: { at: 0, key: '' } },
    ])
    expect(await log.end('ticks', 3)).toBe(3)
    expect(await log.arrival('ticks', 3, 2)).toBe(3)
    expect(log.tally('ticks')).toMatchObject({ records: 3, rows: 3, refused: 0, tombstones: 0 })
  })

  it('takes key and time from around the record, trades, and bars', async () => {
    const around = { ...quotes, fields: { at: '$timestamp', key: '$key', price: 'p', size: 'q', side: 'x' } }
    expect(await rowsIn(logOf(['{"p":"0.0231","q":7,"x":"Sell"}', '{"p":2,"b":9}'], around))).toEqual([
      { at: AT * 1000, key: 'EURUSD', price: 0.0231, size: 7, side: 'sell' },
      { at: (AT + 1) * 1000, key: 'GBPUSD', price: 2, size: 0, side: 'unknown' },
    ])
    const fields = { at: 'T', start: 't', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v', count: 'n' }
    const bars: Decoder = { format: 'json', fields, unit: 'text', instrument: 'X' }
    const span = { t: '2024-01-01T00:00:00Z', T: '2024-01-01 00:01:00' }
    const bar = { ...span, o: 2, h: 3, l: 1, c: 2.5, v: 10, n: 4 }
    const odd = [{ t: bar.T }, { t: 'noon' }, { h: 2.4 }, { l: 0 }, { o: 'x' }, { v: -1 }, { n: 1.5 }]
    const log = logOf(
      [bar, ...odd.map(change => ({ ...bar, ...change }))].map(value => JSON.stringify(value)),
      bars,
    )
    const [row, ...refused] = await rowsIn(log)
    const start = Date.UTC(2024, 0, 1) * 1000
    const values = { open: 2, high: 3, low: 1, close: 2.5, volume: 10, count: 4 }
    expect(row).toEqual({ at: start + 60_000_000, key: 'X', start, ...values })
    expect(refused.map(({ reason }) => String(reason).split(':')[0])).toEqual([
      ...['bad-stamp', 'bad-stamp', 'bad-price', 'bad-price', 'bad-number', 'bad-size', 'bad-size'],
    ])
  })

  it('reads MessagePack: 64-bit times, times of the extension, maps in maps', async () => {
    const fields = { at: 'd.t', key: 'd.s', bid: 'd.b', ask: 'a' }
    const packed = (t: unknown, a: unknown = 2) =>
      encode({ d: { t, s: 'EURUSD', b: '1.5', more: [1, { x: null }] }, a }, { useBigInt64: true })
    const at = async (unit: NonNullable<Decoder['unit']>, t: unknown) =>
      (await rowsIn(logOf([packed(t)], { format: 'msgpack', fields, unit })))[0]!.at
    expect(await at('ns', 1_690_000_000_123_456_789n)).toBe(1_690_000_000_123_456)
    expect(await at('ms', AT)).toBe(AT * 1000)
    expect(await at('s', 1_690_000_000.123456)).toBe(1_690_000_000_123_456)
    expect(await at('text', new Date(AT + 7))).toBe((AT + 7) * 1000)
    const msgpack: Decoder = { format: 'msgpack', fields, unit: 'ms' }
    expect(await rowsIn(logOf([packed(AT, 7n)], msgpack))).toMatchObject([{ key: 'EURUSD', bid: 1.5, ask: 7 }])
    const bad = [packed(AT, Number.POSITIVE_INFINITY), packed(AT, true), packed(true), packed(AT).subarray(1)]
    const huge = Buffer.of(0xdd, 0xff, 0xff, 0xff, 0xff)
    expect(await reasonsIn(logOf([...bad, huge, encode('text')], msgpack))).toEqual([
      ...['bad-number', 'bad-number', 'missing-field', 'undecodable', 'undecodable', 'undecodable'],
    ])
  })

  it('reads Avro with the schemas of a registry, each asked for once', async () => {
    const type = avsc.Type.forSchema({
      ...{ type: 'record', name: 'Q' },
      fields: Object.entries({ t: 'long', s: 'string', b: 'double', a: 'double' }).map(([name, of]) => ({
        name,
        type: of,
      })),
    } as avsc.Schema)
    const framed = (id: number, body: Buffer) => Buffer.concat([Buffer.of(0, 0, 0, 0, id), body])
    const body = type.toBuffer({ t: AT, s: 'EURUSD', b: 1, a: 2 })
    const asked: number[] = []
    const schemaOf = async (id: number) => {
      asked.push(id)
      return id === 7 ? JSON.stringify(type.schema()) : null
    }
    const avro: Decoder = { ...quotes, format: 'avro' }
    const values = [
      framed(7, body),
      framed(8, body),
      framed(7, body.subarray(0, -1)),
      framed(7, body),
      body,
      framed(8, body),
    ]
    const log = logOf(values, avro, { schemaOf })
    expect((await take(log)).map(({ schema, row }) => (schema === 'undecoded' ? row.reason : schema))).toEqual([
      ...['quote', 'behind', expect.stringMatching(/^unknown-schema: found 34 bytes '0000000008/)],
      ...[expect.stringMatching(/^undecodable: /), 'behind', 'quote', 'behind'],
      ...[expect.stringMatching(/^undecodable: /), expect.stringMatching(/^unknown-schema: /), 'behind'],
    ])
    await take(log, 3)
    expect(asked).toEqual([7, 8])
    expect(() => logOf([], avro)).toThrow('Avro is read with `schemaOf`')
    const away = async () => {
      throw new MillraceError('KAFKA_REGISTRY', 'away', { retryAfterMs: 1 })
    }
    await expect(take(logOf(values, avro, { schemaOf: away }))).rejects.toMatchObject({ code: 'KAFKA_REGISTRY' })
  })
})

describe('a record that gives no row', () => {
  it('is a dead letter in its turn, with the reason, the place and the bytes', async () => {
    const bad = '{"t":1690000000001,"s":"EURUSD","b":"1,1","a":2}'
    const taken = await take(logOf([quote(0), bad, null, 'no JSON', quote(4)], quotes))
    expect(taken.map(({ place, schema }) => `${place} ${schema}`)).toEqual([
      ...['0#0 quote', '1#0 behind', '1#0 undecoded', '3#0 undecoded', '4#0 behind', '4#0 quote', '5#0 behind'],
    ])
    const [first, second] = taken.filter(({ schema }) => schema === 'undecoded')
    expect(first!.row).toEqual({
      ...{ at: (AT + 1) * 1000, key: 'GBPUSD', code: 'KAFKA_RECORD', place: 'ticks/3/1#0', headers: 0, bytes: 48 },
      reason: `bad-number: found 48 bytes '${bad}', expected finite decimals`,
      value: Buffer.from(bad).toString('base64'),
    })
    expect(second!.row).toMatchObject({
      headers: 1,
      reason: expect.stringMatching(/^undecodable: found 7 bytes 'no JSON'/),
    })
  })

  it.each<[string, string, Partial<Decoder>]>([
    ['oversized', quote(0, { note: 'x'.repeat(200) }), { maxBytes: 200 }],
    ['undecodable', '[', {}],
    ['missing-field', quote(0, { s: null }), {}],
    ['missing-field', quote(0, { a: undefined }), {}],
    ['missing-field', quote(0, { t: '' }), {}],
    ['bad-stamp', quote(0, { t: 'today' }), {}],
    ['bad-stamp', quote(0, { t: -1 }), {}],
    ['bad-stamp', quote(0, { t: 1e15 }), { unit: 's' }],
    ['unknown-instrument', quote(0, { s: 'EUR USD' }), {}],
    ['unknown-instrument', quote(0, { s: 'x'.repeat(65) }), {}],
    ['unknown-instrument', quote(0, { s: '*' }), {}],
    ['bad-number', quote(0, { b: '' }).replace('""', '" "'), {}],
    ['bad-price', quote(0, { b: 0 }), {}],
    ['bad-price', quote(0, { a: '-1' }), {}],
    ['bad-size', quote(0, { B: -1 }), {}],
    ['crossed', quote(0, { b: 2 }), { crossed: 'refuse' }],
    ['locked', quote(0, { b: 2, a: 2 }), { locked: 'refuse' }],
  ])('is counted: %s %s', async (reason, value, more) => {
    const log = logOf([value], { ...quotes, ...more })
    expect(await reasonsIn(log)).toEqual([reason])
    expect(log.tally('ticks')).toMatchObject({ records: 1, rows: 0, refused: 1, reasons: { [reason]: 1 } })
  })

  it('unless it is only odd, and odd ones are accepted', async () => {
    const log = logOf([quote(0, { b: 2 }), quote(1, { b: 2, a: 2 }), null], quotes)
    expect(await rowsIn(log)).toHaveLength(2)
    const odd = { crossed: 1, locked: 1 }
    expect(log.tally('ticks')).toMatchObject({ records: 3, rows: 2, refused: 0, tombstones: 1, odd })
  })

  it('keeps the beginning of its bytes, in blocks that fit a message', async () => {
    const log = logOf(Array(100).fill(`"${'é'.repeat(20_000)}`), quotes)
    const sizes: number[] = []
    for await (const { block } of log.read('ticks', 3, 0)) {
      sizes.push(block.count)
      expect(block.columns.bytes![0]).toBe(40_001)
      expect(Buffer.from(block.columns.value![0] as string, 'base64')).toHaveLength(16 * 1024)
    }
    expect(Math.max(...sizes) * 16 * 1024 * 1.4).toBeLessThan(600_000)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100)
  })
})

describe('definitions', () => {
  const defined: Decoder = { ...quotes, instruments: [instrumentFor('EURUSD'), instrumentFor('GBPUSD')] }

  it('stand in front of the first record, from its time on, and other instruments are refused', async () => {
    const taken = await take(logOf([quote(0), quote(1, { s: 'USDJPY' }), quote(2)], defined))
    expect(taken.map(({ place, schema, row }) => `${place} ${schema} ${row.key}`)).toEqual([
      ...['0#0 instrument EURUSD', '0#1 instrument GBPUSD', '0#2 behind ', '0#2 quote EURUSD', '1#0 behind '],
      ...['1#0 undecoded GBPUSD', '2#0 behind ', '2#0 quote EURUSD', '3#0 behind '],
    ])
    expect(taken[0]!.row).toMatchObject({ at: AT * 1000, tickSize: '0.00001', lotSize: '1000' })
    expect(taken[5]!.row.reason).toMatch(/^unknown-instrument: .* expected an instrument that is declared/)
  })

  it('hold from the beginning when the first record tells no time, or is gone', async () => {
    const first = await take(logOf(['{}', quote(1)], defined))
    expect(first.map(({ place, schema, row }) => `${place} ${schema} ${row.at}`)).toEqual([
      ...['0#0 instrument 0', '0#1 instrument 0', '0#2 behind 0', `0#2 undecoded ${AT * 1000}`, '1#0 behind 0'],
      ...[`1#0 quote ${(AT + 1) * 1000}`, '2#0 behind 0'],
    ])
    expect(first[3]!.row.place).toBe('ticks/3/0#2')
    const late = foreignLog({ reader: readerOf([quote(0)], 100, 5000), decoders: { ticks: defined } })
    const taken = await take(late)
    expect(taken.map(({ place }) => place)).toEqual(['0#0', '0#1', '0#2', '5000#0', '5001#0'])
    expect(await take(late, 5000)).toEqual(taken.slice(3))
    await expect(take(late, 4999)).rejects.toMatchObject({ code: 'LOG_GONE' })
  })
})

describe('the same records give the same rows', () => {
  const defined: Decoder = { ...quotes, instruments: [instrumentFor('EURUSD'), instrumentFor('GBPUSD')] }
  const values = Array.from({ length: 9_000 }, (_, n) => (n % 31 === 7 ? null : n % 13 === 5 ? '{' : quote(n)))
  const places = (taken: readonly Taken[]) => taken.filter(({ schema }) => schema !== 'behind')

  it('however they are cut, from wherever they are read', async () => {
    const whole = places(await take(logOf(values, defined)))
    for (const cut of [1, 7, 4096, 9_000]) {
      const log = foreignLog({ reader: readerOf(values, cut), decoders: { ticks: defined } })
      expect(places(await take(log))).toEqual(whole)
      for (const from of [1, 2, 4095, 4096, 8_999]) {
        const rest = whole.slice(whole.findIndex(({ place }) => Number(place.split('#')[0]) >= from))
        expect(places(await take(log, from))).toEqual(rest)
      }
      const until = whole.filter(({ place }) => Number(place.split('#')[0]) < 4_100)
      expect(places(await take(log, 0, 4_100))).toEqual(until)
    }
  })

  it('and two may read at a time, or leave early', async () => {
    const log = foreignLog({ reader: readerOf(values, 500), decoders: { ticks: defined } })
    const whole = await take(log)
    for await (const _ of log.read('ticks', 3, 0)) break
    expect(await Promise.all([take(log), take(log)])).toEqual([whole, whole])
  })

  it('in blocks that end with each span of offsets', async () => {
    const good = foreignLog({
      reader: readerOf(
        values.map((_, n) => quote(n)),
        9_000,
      ),
      decoders: { ticks: defined },
    })
    const ends: number[] = []
    for await (const record of good.read('ticks', 3, 0)) ends.push(positionOf(record, record.block.count).offset)
    expect(ends).toEqual([0, 4096, 8192, 9000])
  })
})

describe('bytes of any kind', () => {
  const mixed = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.json().map(text => Buffer.from(text)),
    fc.tuple(fc.nat(60), fc.nat(255)).map(([at, byte]) => Buffer.from(quote(0)).fill(byte, at, at + 1)),
    fc.tuple(fc.nat(40), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(encode({ t: AT, s: 'EURUSD', b: 1, a: 2, B: [1, { x: 1n }] }, { useBigInt64: true }))
      return bytes.fill(byte, at, at + 1)
    }),
    fc.uint8Array({ maxLength: 30 }).map(body => Buffer.concat([Buffer.of(0, 0, 0, 0, 7), body])),
    fc.constant(null),
  )
  const schema = JSON.stringify({
    ...{ type: 'record', name: 'Q' },
    fields: [
      { name: 't', type: 'long' },
      { name: 's', type: 'string' },
      { name: 'b', type: ['null', 'double', 'string'] },
      { name: 'more', type: { type: 'map', values: { type: 'array', items: 'bytes' } } },
      { name: 'a', type: 'float' },
    ],
  })

  it.each(['json', 'msgpack', 'avro'] as const)('are rows, letters or nothing: %s', async format => {
    await fc.assert(
      fc.asyncProperty(fc.array(mixed, { maxLength: 20 }), async values => {
        const log = logOf(values, { ...quotes, format }, { schemaOf: async () => schema })
        const taken = (await take(log)).filter(({ schema }) => schema !== 'behind')
        const { records, rows, refused, tombstones } = log.tally('ticks')
        expect([records, tombstones]).toEqual([values.length, values.filter(value => value === null).length])
        expect(rows + refused).toBe(taken.length)
        expect(rows + refused + tombstones).toBe(records)
        const offsets = taken.map(({ place }) => Number(place.split('#')[0]))
        expect(offsets).toEqual(values.flatMap((value, n) => (value === null ? [] : [n])))
      }),
      { numRuns: 300, seed: 4 },
    )
  })
})

describe('a strategy over a foreign topic', () => {
  const BALANCE = minor(1_000_000_000_000)
  const market = sampleMarket({ rows: 20_000 })
  const rows = [...market.blocks()].flatMap(block => Array.from({ length: block.count }, (_, n) => rowOf(block, n)))
  const decoder: Decoder = {
    format: 'json',
    fields: { at: 'at', key: 'key', bid: 'bid', ask: 'ask', bidSize: 'bidSize', askSize: 'askSize' },
    ...{ unit: 'us', instruments: market.instruments },
  }

  const run = async (tape: LogSource, log: Log) => {
    const { actor, digests } = await runStrategy({
      strategy: meanReversion,
      tape: { log: tape, topic: 'ticks', partition: 3 },
      ...{ log, startBalance: BALANCE, clock: systemClock, commitRows: 2_000, snapshotRows: 5_000 },
      venue: () => paperVenue({ latencyUs: 50_000, startBalance: BALANCE, currency: currency('USD', 6) }),
    })
    return { actor, digests }
  }
  const all = async (log: Log, topic: string) => {
    const found: Row[] = []
    for await (const row of rowsOf(log, topic, 3)) found.push(row)
    return found
  }

  it('comes to the digests of a tape, exactly once, with the dead letters beside', async () => {
    const tape = memoryLog()
    const definitions = market.instruments.map(one => ({ ...one, key: one.id, at: rows[0]!.at }) as unknown as Row)
    await tape.append('ticks', 3, [blockOf(instruments.schema, definitions), ...market.blocks()])
    const { digests } = await run(tape, memoryLog())
    const values = rows.flatMap((row, n) => (n % 500 === 250 ? ['bad', JSON.stringify(row)] : [JSON.stringify(row)]))
    const whole = memoryLog()
    const foreign = (cut: number) => foreignLog({ reader: readerOf(values, cut), decoders: { ticks: decoder } })
    expect(await run(foreign(4096), whole)).toMatchObject({ actor: { type: 'finished' }, digests })
    const log = memoryLog()
    for (const nth of [1, 2, 4]) {
      const failing = faultyLog(log, [{ call: 'commit', nth, outcome: nth === 2 ? 'unknown' : 'refused' }])
      expect((await run(foreign(100 * nth), failing)).actor).toMatchObject({
        type: 'stopped',
        error: { code: 'LOG_IO' },
      })
    }
    const end = await run(foreign(77), log)
    expect(end).toMatchObject({ actor: { type: 'finished', position: { offset: values.length, row: 0 } }, digests })
    expect(await all(log, orders.name)).toEqual(await all(whole, orders.name))
    const letters = await all(log, deadLettersOf('mean-reversion/3'))
    expect(letters.map(({ place }) => place)).toEqual(
      values.flatMap((value, n) => (value === 'bad' ? [`ticks/3/${n}#0`] : [])),
    )
    for await (const { block } of log.read(deadLettersOf('mean-reversion/3'), 3, 0))
      expect(isUndecoded(block)).toBe(true)
  })
})
