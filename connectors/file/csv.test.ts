import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { isMillraceError, type MillraceError } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import { type Row, rowOf } from '../../engine/log/build.ts'
import { parseColumns } from './columns.ts'
import { type CsvOptions, type CsvReport, csvSource, instrumentOf } from './csv.ts'

const home = mkdtempSync(join(tmpdir(), 'millrace-csv-'))
let folder = home
let number = 0
beforeEach(() => {
  folder = join(home, String(number++))
  mkdirSync(folder)
})
afterAll(() => rmSync(home, { recursive: true }))

type Given = Omit<CsvOptions, 'path'> & { readonly name?: string }
interface Taken {
  readonly rows: readonly Row[]
  readonly report: CsvReport
  readonly error: MillraceError | null
}

const takeAll = async (path: string, options: Given = {}, signal?: AbortSignal): Promise<Taken> => {
  const source = csvSource({ ...options, path })
  const rows: Row[] = []
  let error: MillraceError | null = null
  try {
    for await (const block of source.blocks(signal)) rows.push(...rowsOf(block))
  } catch (thrown) {
    if (!isMillraceError(thrown)) throw thrown
    error = thrown
  }
  return { rows, report: source.report(), error }
}
const rowsOf = (block: Block): Row[] => Array.from({ length: block.count }, (_, row) => rowOf(block, row))

/** Writes the text to a file and reads it through the door. */
const take = (text: string | Uint8Array, { name = 'eurusd.csv', ...options }: Given = {}): Promise<Taken> => {
  writeFileSync(join(folder, name), text)
  return takeAll(join(folder, name), options)
}

const quote = (ms: number, bid: number, ask: number, rest: Partial<Row> = {}): Row => ({
  at: ms * 1000,
  key: 'EURUSD',
  bid,
  ask,
  bidSize: 0,
  askSize: 0,
  ...rest,
})
const HEADER = 'ts_ms,bid,ask\n'
const START = 1398902401787
const good = `${HEADER}${START},1.38727,1.38729\n${START + 26},1.38726,1.38729\n`
const goodRows = [quote(START, 1.38727, 1.38729), quote(START + 26, 1.38726, 1.38729)]

describe('csvSource reads', () => {
  it('quotes by the names of their columns, whatever the order', async () => {
    const text = 'Ask,Bid Size,Symbol,ASK_QTY,best_bid,Timestamp,note\n1.5,10,XAUUSD,20,1.4,1398902401787,x\n'
    const { rows, report } = await take(text)
    expect(rows).toEqual([quote(START, 1.4, 1.5, { key: 'XAUUSD', bidSize: 10, askSize: 20 })])
    expect(report).toMatchObject({ kind: 'quotes', rows: 1, refused: 0, instruments: ['XAUUSD'] })
  })

  it('trades, with the side by its first letter', async () => {
    const text = 'time,pair,price,qty,side\n1398902401,A,1.5,2,BUY\n1398902402,B,1.25,0.5,s\n1398902402,A,1,,\n'
    const { rows, report } = await take(text)
    expect(rows).toEqual([
      { at: 1398902401e6, key: 'A', price: 1.5, size: 2, side: 'buy' },
      { at: 1398902402e6, key: 'B', price: 1.25, size: 0.5, side: 'sell' },
      { at: 1398902402e6, key: 'A', price: 1, size: 0, side: 'unknown' },
    ])
    expect(report).toMatchObject({ kind: 'trades', instruments: ['A', 'B'], equalStamps: 1 })
  })

  it.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
    ['gzip', (text: string) => Buffer.concat([gzipSync(text.slice(0, 30)), gzipSync(text.slice(30))])],
    ['zstd', (text: string) => zstdCompressSync(text)],
  ] as const)('%s, known by its first bytes', async (packing, pack) => {
    const bytes = pack(good)
    const { rows, report } = await take(bytes, { name: 'eurusd.data' })
    expect(rows).toEqual(goodRows)
    expect(report).toMatchObject({ packing, bytesRead: bytes.length, bytesTotal: bytes.length })
    expect(report.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it.each([
    ['CRLF', good.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${good}`],
    ['no last line end', good.trimEnd()],
    ['blank lines and comments', good.replaceAll('\n', '\n\n# note, 1\n\r\n')],
    ['semicolons', good.replaceAll(',', ';')],
    ['tabs', good.replaceAll(',', '\t')],
    ['quotes around fields', good.replace(/[^,\n]+/g, '"$&"')],
    ['blanks around fields', good.replaceAll(',', ' , ')],
    ['columns that it does not need', good.replaceAll(',', ',24h,')],
  ])('%s', async (_, text) => {
    const { rows, report } = await take(text)
    expect(rows).toEqual(goodRows)
    expect(report).toMatchObject({ refused: 0, firstAt: START * 1000, lastAt: (START + 26) * 1000 })
  })

  it('columns by place or by name, with and without header', async () => {
    const bare = good.slice(HEADER.length)
    const places = parseColumns('at=0, bid=1, ask=2')
    expect((await take(bare, { columns: places })).rows).toEqual(goodRows)
    expect((await take(good, { columns: places })).rows).toEqual(goodRows)
    const { rows } = await take(`when,b,a\n${bare}`, { columns: parseColumns('at=when,bid=b,ask=a') })
    expect(rows).toEqual(goodRows)
  })

  it('a file of bars as trades, when it is told which column is the price', async () => {
    const text = 'date,open,high,low,close\n2006-01-02,1,2,0.5,1.5\n2006-01-03,1,2,0.5,1.75\n'
    const { rows } = await take(text, { columns: { price: 'close' }, kind: 'trades' })
    expect(rows.map(({ at, price }) => [at, price])).toEqual([
      [Date.UTC(2006, 0, 2) * 1000, 1.5],
      [Date.UTC(2006, 0, 3) * 1000, 1.75],
    ])
  })

  it('more rows than a block and than a read hold, cut anywhere, each once', async () => {
    const count = 30_000
    const lines = Array.from({ length: count }, (_, i) => `${START + i},1.${10_000 + i},2.${10_000 + i}`)
    const { rows, report } = await take(gzipSync(`${HEADER}${lines.join('\n')}\n`))
    expect(rows).toEqual(lines.map((_, i) => quote(START + i, Number(`1.${10_000 + i}`), Number(`2.${10_000 + i}`))))
    expect(report).toMatchObject({ rows: count, lines: count + 1 })
  })

  it('a header without rows as no rows', async () => {
    expect(await take(HEADER)).toMatchObject({ rows: [], error: null, report: { kind: 'quotes', rows: 0, lines: 1 } })
  })

  it.each([
    ['plain', (text: string) => text],
    ['gzip', (text: string) => gzipSync(text, { level: 0 })],
  ] as const)('quietly no further when the signal aborts: %s', async (_, pack) => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${START + i},1.${10_000 + i},2.${10_000 + i}\n`)
    writeFileSync(join(folder, 'eurusd.csv'), pack(HEADER + lines.join('')))
    const source = csvSource({ path: join(folder, 'eurusd.csv') })
    const abort = new AbortController()
    const rows: Row[] = []
    for await (const block of source.blocks(abort.signal)) {
      rows.push(...rowsOf(block))
      abort.abort()
    }
    expect(rows).toHaveLength(4096)
    expect(rows).toEqual(rows.map((_, i) => quote(START + i, Number(`1.${10_000 + i}`), Number(`2.${10_000 + i}`))))
    expect(source.report()).toMatchObject({ sha256: null, refused: 0 })
  })

  it('nothing when it is aborted before', async () => {
    writeFileSync(join(folder, 'a.csv'), good)
    const { rows, error } = await takeAll(join(folder, 'a.csv'), {}, AbortSignal.abort())
    expect({ rows, error }).toEqual({ rows: [], error: null })
  })

  it('a part, when no more is taken', async () => {
    writeFileSync(join(folder, 'a.csv'), gzipSync(good + `${START + 99},1,2\n`.repeat(20_000)))
    const source = csvSource({ path: join(folder, 'a.csv') })
    for await (const block of source.blocks()) {
      expect(block.count).toBe(4096)
      break
    }
    expect(source.report().rows).toBe(4096)
  })
})

describe('times', () => {
  const at = async (stamp: string, options: Given = {}): Promise<number | string> => {
    const { rows, report } = await take(`ts,bid,ask\n${stamp},1,2\n`, { rejectsFile: null, ...options })
    return rows[0]?.at ?? String(report.examples[0]?.reason)
  }
  const instant = Date.UTC(2014, 4, 1, 12, 30, 5, 250) * 1000

  it.each([
    ['s', String(Math.floor(instant / 1e6)), instant - 250_000],
    ['s with a fraction', '1398947405.25', instant],
    ['ms', String(instant / 1000), instant],
    ['ms with a fraction', `${instant / 1000}.5`, instant + 500],
    ['us', String(instant), instant],
    ['ns', `${instant}789`, instant],
    ['ISO', '2014-05-01T12:30:05.250Z', instant],
    ['ISO with an offset', '2014-05-01T07:30:05.25-05:00', instant],
    ['naive', '2014-05-01 12:30:05.250000', instant],
  ])('%s', async (_, stamp, expected) => {
    expect(await at(stamp)).toBe(expected)
  })

  it('of a zone: naive text and numbers are wall time there, zoned text is not', async () => {
    const later = instant + 5 * 3_600_000_000
    expect(await at('2014-05-01 12:30:05.25', { zone: 'UTC-5' })).toBe(later)
    expect(await at(String(instant / 1000), { zone: 'UTC-5' })).toBe(later)
    expect(await at('2014-05-01 12:30:05.25', { zone: 'America/Chicago' })).toBe(later)
    expect(await at('2014-05-01T12:30:05.25Z', { zone: 'UTC-5' })).toBe(instant)
  })

  it('in a unit that is given, against the magnitude', async () => {
    expect(await at('1398947405', { unit: 'ms' })).toBe(1398947405e3)
    expect(await at('2014-05-01', { unit: 'ms' })).toMatch(/^bad-stamp/)
  })

  it('in the unit of the first row: another one is a bad row', async () => {
    const { rows, report } = await take(`ts,bid,ask\n${START},1,2\n${START}000,1,2\n${START + 1},1,2\n`)
    expect(rows.map(row => row.at)).toEqual([START * 1000, (START + 1) * 1000])
    expect(report.reasons['bad-stamp']).toBe(1)
  })

  it.each(['', 'soon', '20140501', '2014-13-01', '99999999999999999999', '1e400'])('not %j', async stamp => {
    expect(await at(stamp)).toMatch(/^bad-stamp: found '/)
  })

  it('of a zone that is unknown: an error', async () => {
    expect((await take(good, { zone: 'Mars' })).error?.code).toBe('TIME_ZONE')
  })
})

describe('bad rows', () => {
  const bad = [
    ['1,2,3,4', 'field-count'],
    ['yesterday,1,2', 'bad-stamp'],
    [`${START - 1},1,2`, 'out-of-order'],
    [`${START},NaN,2`, 'bad-number'],
    [`${START},1,`, 'bad-number'],
    [`${START},1,0x2`, 'bad-number'],
    [`${START},-1,2`, 'bad-price'],
    [`${START},1,0`, 'bad-price'],
  ] as const
  const text = `${HEADER}${START},1,2\n${bad.map(([line]) => line).join('\n')}\n${START},1,3\n`

  it('are counted by reason and kept with their line, and the good ones are taken', async () => {
    const { rows, report, error } = await take(text)
    expect(error).toBeNull()
    expect(rows).toEqual([quote(START, 1, 2), quote(START, 1, 3)])
    expect(report).toMatchObject({ rows: 2, refused: bad.length })
    expect(report.reasons).toMatchObject({ 'field-count': 1, 'bad-stamp': 1, 'bad-number': 3, 'bad-price': 2 })
    expect(report.rejectsFile).toBe(join(folder, 'eurusd.rejects.csv'))
    const kept = bad.map(([line, reason], i) => `${i + 3},${reason},refused,"${line}"\n`)
    expect(readFileSync(join(folder, 'eurusd.rejects.csv'), 'utf8')).toBe(`line,reason,outcome,row\n${kept.join('')}`)
    expect(report.examples[3]).toEqual({
      type: 'reject',
      code: 'FILE_ROW',
      reason: `bad-number: found '${START},NaN,2', expected finite decimals`,
      place: `${join(folder, 'eurusd.csv')}:6`,
    })
  })

  it('stop a strict door with file and line; what was before is taken', async () => {
    const { rows, report, error } = await take(text, { strict: true })
    expect(rows).toEqual([quote(START, 1, 2)])
    expect(error?.code).toBe('FILE_ROW')
    expect(error?.message).toBe(
      `${join(folder, 'eurusd.csv')}:3: field-count: found '1,2,3,4', expected as many fields as the first line has`,
    )
    expect(report.sha256).toBeNull()
  })

  it('are a negative size and a size that is no number; none at all is 0', async () => {
    const { rows, report } = await take(
      `ts,bid,ask,bid_size,ask_size\n${START},1,2,-1,1\n${START},1,2,1,x\n${START},1,2,,3\n`,
    )
    expect(rows).toEqual([quote(START, 1, 2, { askSize: 3 })])
    expect(report.reasons).toMatchObject({ 'bad-size': 1, 'bad-number': 1 })
  })

  it('are those of an instrument that is not in the list', async () => {
    const { rows, report } = await take(`ts,symbol,bid,ask\n${START},A,1,2\n${START},B,1,2\n${START},,1,2\n`, {
      instruments: ['A', 'C'],
    })
    expect(rows.map(row => row.key)).toEqual(['A'])
    expect(report).toMatchObject({ instruments: ['A'], reasons: { 'unknown-instrument': 2 } })
  })

  it('leave no file behind when there are none, not even one of an earlier run', async () => {
    writeFileSync(join(folder, 'eurusd.rejects.csv'), 'old')
    await take(good)
    expect(existsSync(join(folder, 'eurusd.rejects.csv'))).toBe(false)
  })

  it('are only counted when no file is wanted', async () => {
    const { report } = await take(text, { rejectsFile: null })
    expect(report).toMatchObject({ refused: bad.length, rejectsFile: null })
    expect(existsSync(join(folder, 'eurusd.rejects.csv'))).toBe(false)
  })

  it.runIf(existsSync('/dev/full'))('that no longer fit on the disk are an error, and the device stays', async () => {
    const { error } = await take(text, { rejectsFile: '/dev/full' })
    expect(error?.message).toMatch(/^cannot write the rejects file \/dev\/full: ENOSPC/)
    expect(existsSync('/dev/full')).toBe(true)
  })

  it('that cannot be kept are an error that says how', async () => {
    const { rows, error } = await take(text, { rejectsFile: join(folder, 'none', 'x.csv') })
    expect(rows).toEqual([])
    expect(error).toMatchObject({ code: 'FILE_REJECTS', remedy: expect.stringContaining('--rejects') })
  })
})

describe('odd rows', () => {
  const odd = `${HEADER}${START},2,1\n${START + 1},1,1\n${START + 1},1,1\n${START + 2},1,2\n`
  const counts = { crossed: 1, locked: 2, duplicate: 1 }

  it('are taken and counted', async () => {
    const { rows, report } = await take(odd)
    expect(rows).toHaveLength(4)
    expect(report).toMatchObject({ odd: counts, refused: 0, equalStamps: 1 })
    expect(existsSync(join(folder, 'eurusd.rejects.csv'))).toBe(false)
  })

  it('are taken, counted and marked in the rejects file', async () => {
    const { rows, report } = await take(odd, { crossed: 'mark', locked: 'mark', duplicates: 'mark' })
    expect(rows).toHaveLength(4)
    expect(report).toMatchObject({ odd: counts, refused: 0 })
    expect(readFileSync(join(folder, 'eurusd.rejects.csv'), 'utf8').split('\n')).toEqual([
      'line,reason,outcome,row',
      `2,crossed,kept,"${START},2,1"`,
      `3,locked,kept,"${START + 1},1,1"`,
      `4,locked,kept,"${START + 1},1,1"`,
      `4,duplicate,kept,"${START + 1},1,1"`,
      '',
    ])
  })

  it('are refused and counted', async () => {
    const crossed = await take(odd, { crossed: 'refuse' })
    expect(crossed.rows).toHaveLength(3)
    expect(crossed.report).toMatchObject({ odd: counts, refused: 1, reasons: { crossed: 1 } })
    const repeated = await take(odd, { duplicates: 'refuse' })
    expect(repeated.rows).toHaveLength(3)
    expect(repeated.report).toMatchObject({ odd: counts, reasons: { duplicate: 1 } })
    const all = await take(odd, { crossed: 'refuse', locked: 'refuse', duplicates: 'refuse' })
    expect(all.rows).toEqual([quote(START + 2, 1, 2)])
  })

  it('repeat over the end of a block', async () => {
    const lines = Array.from({ length: 4096 }, (_, i) => `${START + i},1,2\n`)
    const { report } = await take(`${HEADER}${lines.join('')}${lines.at(-1)}`)
    expect(report).toMatchObject({ rows: 4097, odd: { duplicate: 1 } })
  })
})

describe('rows that are out of order', () => {
  const text = `${HEADER}${START},1,2\n${START - 5},1,2\n${START - 5},1,2\n${START},1,3\n`

  it('are refused, taken, or stop the door', async () => {
    expect((await take(text)).report).toMatchObject({ rows: 2, reasons: { 'out-of-order': 2 } })
    const taken = await take(text, { outOfOrder: 'accept' })
    expect(taken.report).toMatchObject({ rows: 4, takenOutOfOrder: 2, odd: { duplicate: 1 }, lastAt: START * 1000 })
    const failed = await take(text, { outOfOrder: 'fail' })
    expect(failed.rows).toHaveLength(1)
    expect(failed.error?.message).toMatch(/eurusd\.csv:3: out-of-order: found '/)
  })
})

describe('errors', () => {
  const errorOf = async (text: string | Uint8Array, options?: Given): Promise<string> => {
    const { error } = await take(text, options)
    return `${error?.code} ${error?.message.replaceAll(`${folder}/`, '')}`
  }
  const long = `${HEADER}${Array.from({ length: 50_000 }, (_, i) => `${START + i},1.${i * 7919},2.${i}\n`).join('')}`

  it.each([
    ['gzip', (text: string) => gzipSync(text)],
    ['zstd', (text: string) => zstdCompressSync(text)],
  ] as const)('a truncated %s: what is before the break is kept', async (packing, pack) => {
    const packed = pack(long)
    const cut = packed.subarray(0, Math.floor(packed.length * 0.6))
    const { rows, report, error } = await take(cut)
    expect(rows.length).toBeGreaterThan(20_000)
    expect(rows).toEqual((await take(long)).rows.slice(0, rows.length))
    expect(error?.code).toBe('FILE_TRUNCATED')
    const place = `the ${packing} data breaks off at byte ${cut.length}, before its end`
    expect(error?.message).toBe(`${join(folder, 'eurusd.csv')}: ${place}; the ${rows.length} rows before are kept`)
    expect(report.sha256).toBe(createHash('sha256').update(cut).digest('hex'))
  })

  it('a damaged gzip: what is before the damage is kept', async () => {
    const packed = gzipSync(long)
    packed.fill(0x55, packed.length - 2000, packed.length - 1000)
    const { rows, error } = await take(packed)
    expect(rows.length).toBeGreaterThan(20_000)
    expect(error?.code).toBe('FILE_CORRUPT')
    expect(error?.message).toMatch(/the gzip data is damaged \(.+\); the \d+ rows before are kept$/)
  })

  it.each([
    ['', 'FILE_EMPTY eurusd.csv is empty: 0 bytes'],
    ['# one\n\n', 'FILE_EMPTY eurusd.csv has no row: 2 lines, all blank or comments'],
    ['PK\x03\x04rest', 'FILE_FORMAT eurusd.csv is a zip archive; expected plain text, gzip or zstd'],
    ['a,b\0,c\n', 'FILE_FORMAT eurusd.csv:1 is not text'],
    ['x'.repeat(3_000_000), 'FILE_FORMAT eurusd.csv: found a line of more than 1048576 bytes, expected text'],
  ])('%#: a file that cannot be read as rows', async (text, expected) => {
    expect(await errorOf(text)).toBe(expected)
  })

  it.each([
    ['time,open,close\n1,2,3\n', "the columns are 'time', 'open', 'close'", 'bid and ask (or price, for trades)'],
    ['when,bid,ask\n', "the columns are 'when', 'bid', 'ask'", 'at'],
    ['1,2\n', "there is no header, and the first line is '1', '2'", 'at and bid and ask (or price, for trades)'],
  ])('%#: a header that lacks columns, with those it has and how to map them', async (text, found, missing) => {
    const remedy = 'map them by name or place: --columns at=0,bid=1,ask=2'
    expect(await errorOf(text)).toBe(`FILE_HEADER eurusd.csv:1: ${found}; quotes also need ${missing}; ${remedy}`)
    expect(await errorOf(`# note\n${text}`)).toContain('FILE_HEADER eurusd.csv:2: ')
  })

  it('columns that are mapped to a place or name that is not there', async () => {
    const listed = "the columns are 'ts_ms', 'bid', 'ask'"
    expect(await errorOf(good, { columns: { bid: 7 } })).toBe(
      `FILE_HEADER eurusd.csv:1: bid is mapped to '7', but ${listed}`,
    )
    expect(await errorOf(good, { columns: { ask: 'offer' } })).toContain(`ask is mapped to 'offer', but ${listed}`)
    expect(() => parseColumns('at=0,bit=1')).toThrow(/found 'bit=1', expected at, instrument, bid/)
    expect(() => parseColumns('at')).toThrow(/found 'at', expected/)
  })

  it('no such file, with names that are near or those that are there', async () => {
    writeFileSync(join(folder, 'eurusd-2014.csv'), '')
    writeFileSync(join(folder, 'notes.md'), '')
    const near = await takeAll(join(folder, 'eurusd-2015.csv'))
    expect(near.error?.message).toBe(`no such file: ${join(folder, 'eurusd-2015.csv')}; near it: eurusd-2014.csv`)
    const far = await takeAll(join(folder, 'gold.gz'))
    expect(far.error?.message).toBe(
      `no such file: ${join(folder, 'gold.gz')}; in the folder: eurusd-2014.csv, notes.md`,
    )
    expect((await takeAll(join(folder, 'none', 'x.csv'))).error).toMatchObject({
      code: 'FILE_MISSING',
      family: 'usage',
    })
  })

  it('a folder instead of a file', async () => {
    writeFileSync(join(folder, 'a.csv'), good)
    expect((await takeAll(folder)).error?.message).toBe(`${folder} is a folder; in the folder: a.csv`)
  })

  it('a name that tells no instrument', () => {
    expect(instrumentOf('data/2014-05_gbpusd.csv.gz')).toBe('GBPUSD')
    expect(() => instrumentOf('data/2014-05')).toThrow(/the name tells no instrument; expected --instrument NAME/)
    expect(() => instrumentOf('data/2014-05')).toThrow(expect.objectContaining({ code: 'FILE_OPTION' }))
  })
})
