import { expect, test } from 'vitest'
import { BLOCK_ROWS } from '../../engine/log/block.ts'
import { blockOf } from '../../engine/log/build.ts'
import type { LogRecord } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { bookSnapshots, clock, orders, quotes, trades } from '../../engine/market/topics.ts'
import type { Encoder, Origin } from './encoder.ts'
import { clearLines, escapeSymbol, type Lines, lineBuffer, putInteger, putText } from './ilp.ts'
import { levelEncoder } from './levels.ts'
import { positionOfSeq, seqOf } from './place.ts'
import { rowEncoder } from './rows.ts'
import { tableFor } from './tables.ts'
import { valueEncoder } from './values.ts'

const AT = 1_400_000_000_000_000

/** Lines with each double written as a number. */
const readable = ({ bytes, starts, count }: Lines): string[] =>
  Array.from({ length: count }, (_, i) => {
    const line = bytes.subarray(starts[i], starts[i + 1])
    let text = ''
    for (let at = 0; at < line.length; ) {
      const isDouble = line[at] === 0x10
      text += isDouble ? line.readDoubleLE(at + 1) : String.fromCharCode(line[at]!)
      at += isDouble ? 9 : 1
    }
    return Buffer.from(text, 'latin1').toString()
  })

const written = (put: (lines: Lines) => void): string => {
  const lines = lineBuffer(1000, 1)
  put(lines)
  return lines.bytes.subarray(0, lines.size).toString()
}

const refused: [number, string][] = []
const origin: Origin = {
  source: 'desk.quotes/3',
  venueOf: key => (key === 'EURUSD' ? 'FX, spot' : undefined),
  refuse: (seq, reason) => refused.push([seq, reason]),
}

const encoderFor = (schema: Schema): Encoder => {
  const table = tableFor(schema)!
  if (table.shape === 'levels') return levelEncoder(table, schema, origin)
  return table.shape === 'values' ? valueEncoder(table, schema, origin) : rowEncoder(table, schema, origin)
}

const linesOf = (record: LogRecord, from = 0): string[] => {
  const lines = lineBuffer(100_000, 100)
  encoderFor(record.block.schema).encode(record, from, lines)
  return readable(lines)
}

test('integers are written with all their digits', () => {
  const numbers = [0, 7, 10, 99_999_999, 100_000_000, 100_000_001, AT, 2 ** 53 - 1, -1, -AT, -100_000_000]
  for (const number of numbers) expect(written(lines => putInteger(lines, number))).toBe(String(number))
})

test('texts and symbols are escaped as the server reads them', () => {
  expect(written(lines => putText(lines, 'limit hit'))).toBe('"limit hit"')
  expect(written(lines => putText(lines, 'a "b" \\ c\nd'))).toBe('"a \\"b\\" \\\\ c\\\nd"')
  expect(written(lines => putText(lines, 'ü€😀'))).toBe('"ü€😀"')
  expect(escapeSymbol('a b,c=d\\e\n"')).toBe('a\\ b\\,c\\=d\\\\e\\\n"')
})

test('a quote is a line with its venue, source and place', () => {
  const rows = ['EURUSD', 'X AU'].map((key, n) => ({ at: AT + n, key, bid: 1.1, ask: -0, bidSize: 5e-324, askSize: 2 }))
  const head = 'quotes,source=desk.quotes/3,instrument='
  const doubles = 'bid==1.1,ask==0,bid_size==5e-324,ask_size==2'
  expect(linesOf({ offset: 7, block: blockOf(quotes.schema, rows) })).toEqual([
    `${head}EURUSD,venue=FX\\,\\ spot ${doubles},seq=28672i 1400000000000000t\n`,
    `${head}X\\ AU ${doubles},seq=28673i 1400000000000001t\n`,
  ])
})

test('texts are symbols where there are few, and a row without a field is a line with its place', () => {
  const order = { id: 'a/0/7#1', instrument: 'EURUSD', type: 'market', side: 'buy', timeInForce: 'IOC' }
  const block = blockOf(orders.schema, [{ ...order, at: AT, key: 'EURUSD', lots: 3, limit: Number.NaN }])
  expect(linesOf({ offset: 0, block })).toEqual([
    'orders,source=desk.quotes/3,key=EURUSD,instrument=EURUSD,type=market,side=buy,time_in_force=IOC' +
      ' lots==3,limit==NaN,seq=0i,id="a/0/7#1" 1400000000000000t\n',
  ])
  const ticks = blockOf(clock.schema, [{ at: AT, key: '*' }])
  expect(linesOf({ offset: 1, block: ticks })).toEqual([
    'clock,source=desk.quotes/3,instrument=* seq=4096i 1400000000000000t\n',
  ])
})

test('each number of a row that has no table of its own is a feature', () => {
  const fields = ['zScore', 'adx'].map(name => ({ name, type: 'f64' as const, unit: '1' }))
  const block = blockOf({ id: 90, name: 'mine', fields }, [{ at: AT, key: 'EURUSD', zScore: 2.5, adx: Number.NaN }])
  const head = 'features,source=desk.quotes/3,instrument=EURUSD,feature='
  expect(linesOf({ offset: 2, block })).toEqual([
    `${head}zScore value==2.5,seq=8192i 1400000000000000t\n`,
    `${head}adx value==NaN,seq=8192i 1400000000000000t\n`,
  ])
})

test('rows that a table cannot hold are refused, and leave no trace in the lines', () => {
  const good = { key: 'EURUSD', at: AT, price: 1, size: 2, side: 'buy' }
  const rows = [
    { ...good, price: Number.POSITIVE_INFINITY },
    { ...good, size: Number.NEGATIVE_INFINITY },
    good,
    { ...good, at: AT + 0.5 },
    { ...good, at: Number.NaN },
    { ...good, at: 2 ** 53 },
    { ...good, side: 'x'.repeat(65_537) },
    { ...good, side: '\ud800' },
    { ...good, key: '\udfff' },
    { ...good, size: Number.NaN },
  ]
  refused.length = 0
  const lines = linesOf({ offset: 0, block: blockOf(trades.schema, rows) })
  expect(lines.map(line => line.slice(line.indexOf(' price')))).toEqual([
    ' price==1,size==2,seq=2i 1400000000000000t\n',
    ' price==1,size==NaN,seq=9i 1400000000000000t\n',
  ])
  expect(refused).toEqual([
    [0, 'price is Infinity, which no column holds'],
    [1, 'size is -Infinity, which no column holds'],
    [3, 'its time 1400000000000000.5 is no whole microsecond'],
    [4, 'its time NaN is no whole microsecond'],
    [5, 'its time 9007199254740992 is no whole microsecond'],
    [6, 'side has 65537 characters, at most 65536 are stored'],
    [7, 'side is no well-formed Unicode'],
    [8, 'its key is no well-formed Unicode'],
  ])
})

test('an encoder stops where there is no room, and goes on there', () => {
  const rows = Array.from({ length: 40 }, (_, n) => ({ ...{ at: AT, key: 'EURUSD' }, price: n, size: 1, side: 'buy' }))
  const record = { offset: 0, block: blockOf(trades.schema, rows) }
  const all = linesOf(record)
  for (const lines of [lineBuffer(2000, 100), lineBuffer(100_000, 7)]) {
    const encoder = encoderFor(trades.schema)
    const found: string[] = []
    for (let row = 0; row < rows.length; ) {
      const next = encoder.encode(record, row, lines)
      expect(next).toBeGreaterThan(row)
      row = next
      found.push(...readable(lines))
      clearLines(lines)
    }
    expect(found).toEqual(all)
  }
})

test('a place has room for every row of a record', () => {
  expect(seqOf(1, 0)).toBe(seqOf(0, 0) + BLOCK_ROWS)
  expect(positionOfSeq(seqOf(2 ** 40, BLOCK_ROWS - 1))).toEqual({ offset: 2 ** 40, row: BLOCK_ROWS - 1 })
})

test('places are those that the record tells', () => {
  const rows = [0, 1, 2].map(n => ({ at: AT, key: 'EURUSD', price: n, size: 1, side: 'buy' }))
  const record: LogRecord = {
    offset: 5,
    block: blockOf(trades.schema, rows),
    positions: row => ({ offset: 5 + 2 * row, row: 0 }),
  }
  expect(linesOf(record).map(line => /seq=(\d+)i/.exec(line)![1])).toEqual(['20480', '28672', '36864'])
  expect(linesOf(record, 2)).toHaveLength(1)
})

test('a field that the table has no column for, or of another type, is refused before the first row', () => {
  const odd = { id: 2, name: 'trade', fields: [{ name: 'iceberg', type: 'f64' as const, unit: '1' }] }
  const words = 'table trades has no column for f64 iceberg of trade'
  expect(() => encoderFor(odd)).toThrow(expect.objectContaining({ code: 'QUESTDB_TABLE', message: words }))
  const text = { id: 2, name: 'trade', fields: [{ name: 'price', type: 'text' as const, unit: '1' }] }
  expect(() => encoderFor(text)).toThrow('table trades has a DOUBLE for text price of trade')
  expect(tableFor({ id: 99, name: 'mine', fields: text.fields })).toBeUndefined()
})

const level = (side: string, price: number, isFinal: number, more: object = {}) => ({
  ...{ at: AT, key: 'BTCUSDT', side, price, size: 10 * price, last: 9, isFinal },
  ...more,
})

/** The last of a grid's line: sizes and doubles. */
const gridOf = (line: Buffer, name: string): number[][] => {
  const start = line.indexOf(`${name}==\x0e\x0a\x02`, 0, 'latin1') + name.length + 5
  const [rows, columns] = [line.readUInt32LE(start), line.readUInt32LE(start + 4)]
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => line.readDoubleLE(start + 8 + 8 * (r * columns + c))),
  )
}

test('the levels of an update are one line, written when the last has come', () => {
  const encoder = encoderFor(bookSnapshots.schema)
  const lines = lineBuffer(10_000, 10)
  const [first, second] = [
    [level('bid', 2, 0), level('bid', 1, 0)],
    [level('ask', 3, 1), level('none', 0, 1, { size: 0 })],
  ].map((rows, offset) => ({ offset, block: blockOf(bookSnapshots.schema, rows) }))
  expect(encoder.encode(first!, 0, lines)).toBe(2)
  expect([encoder.isWhole(), lines.count]).toEqual([false, 0])
  expect(encoder.encode(second!, 0, lines)).toBe(2)
  expect([encoder.isWhole(), lines.count]).toEqual([true, 2])
  const [full, bare] = [0, 1].map(i => lines.bytes.subarray(lines.starts[i], lines.starts[i + 1]))
  expect([gridOf(full!, 'bids'), gridOf(full!, 'asks')]).toEqual([
    [
      [2, 1],
      [20, 10],
    ],
    [[3], [30]],
  ])
  expect([gridOf(bare!, 'bids'), gridOf(bare!, 'asks')]).toEqual([
    [[], []],
    [[], []],
  ])
  expect([...lines.seqs.slice(0, 2)]).toEqual([0, 4097])
})

test.each([
  ['asks before bids', [level('ask', 3, 0), level('bid', 2, 1)], /side 'bid' stands where/],
  ['a level beside none', [level('bid', 3, 0), level('none', 0, 1, { size: 0 })], /side 'none' stands where/],
  ['another time', [level('bid', 3, 0), level('bid', 2, 1, { at: AT + 1 })], /differ in time or sequence/],
  ['another sequence', [level('bid', 3, 0), level('bid', 2, 1, { last: 8 })], /differ in time or sequence/],
  ['an odd end', [level('bid', 3, 0), level('bid', 2, 2)], /isFinal is 2/],
  ['an infinite price', [level('bid', 3, 0), level('bid', Infinity, 0), level('bid', 2, 1)], /price is Infinity/],
])('an update with %s is refused with all its rows', (_, rows, reason) => {
  refused.length = 0
  expect(linesOf({ offset: 0, block: blockOf(bookSnapshots.schema, rows) })).toEqual([])
  expect(refused).toEqual(rows.map((_, row) => [row, expect.stringMatching(reason)]))
})
