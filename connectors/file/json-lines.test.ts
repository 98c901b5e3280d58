import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { type Row, rowOf } from '../../engine/log/build.ts'
import { type CsvOptions, csvSource } from './csv.ts'

const home = mkdtempSync(join(tmpdir(), 'millrace-json-'))
afterAll(() => rmSync(home, { recursive: true }))

const take = async (text: string | Uint8Array, options: Partial<CsvOptions> = {}) => {
  const path = join(home, 'eurusd.jsonl')
  writeFileSync(path, text)
  const source = csvSource({ path, ...options })
  const rows: Row[] = []
  let kind = ''
  for await (const block of source.blocks()) {
    kind = block.schema.name
    for (let row = 0; row < block.count; row++) rows.push(rowOf(block, row))
  }
  return { kind, rows, report: source.report(), path }
}

const lines = (...rows: readonly object[]): string => rows.map(row => `${JSON.stringify(row)}\n`).join('')
const START = 1398902401787

describe('lines of JSON', () => {
  it('are quotes by the usual names, with numbers as numbers or as texts', async () => {
    const text = lines(
      { symbol: 'EURUSD', ts_ms: START, bid: 1.38727, ask: '1.38729', bid_size: 5, venue: { more: [1, '}'] } },
      { ask: 1.4, bid: 1.3, ts_ms: String(START + 1), symbol: 'GBPUSD' },
    )
    const rows = [
      { at: START * 1000, key: 'EURUSD', bid: 1.38727, ask: 1.38729, bidSize: 5, askSize: 0 },
      { at: (START + 1) * 1000, key: 'GBPUSD', bid: 1.3, ask: 1.4, bidSize: 0, askSize: 0 },
    ]
    expect(await take(text)).toMatchObject({ kind: 'quote', rows, report: { rows: 2, refused: 0, lines: 2 } })
    expect(await take(gzipSync(text))).toMatchObject({ rows, report: { packing: 'gzip' } })
    expect(await take(`\ufeff\n# rows\r\n${text.replaceAll('\n', '\r\n')}`)).toMatchObject({
      rows,
      report: { lines: 4 },
    })
  })

  it('are trades, their stamps text with a zone', async () => {
    const text = lines({ time: '2014-05-01T00:00:01.787', price: 1.5, qty: 2, side: 'SELL' })
    const { kind, rows } = await take(text, { zone: 'UTC-5', instrument: 'X' })
    expect(kind).toBe('trade')
    expect(rows).toEqual([{ at: START * 1000 + 18e9, key: 'X', price: 1.5, size: 2, side: 'sell' }])
  })

  it('are bars, given out along their path', async () => {
    const text = lines(
      { t: 60, o: 2, h: 4, l: 1, c: 3 },
      { t: 120, o: 3, h: 3, l: 3, c: 3 },
      { t: 180, o: 9, h: 3, l: 3, c: 3 },
    )
    const { kind, rows, report } = await take(text, { columns: { at: 't' }, unit: 's' })
    expect([kind, report.kind, report.rows]).toEqual(['quote', 'bars', 2])
    expect(rows.map(({ at, bid }) => [at, bid]).slice(0, 4)).toEqual([
      [59_700_000, 2],
      [59_800_000, 4],
      [59_900_000, 1],
      [60_000_000, 3],
    ])
    expect(report.examples[0]).toMatchObject({ place: expect.stringMatching(/:3$/) })
  })

  it('have the fields that are declared, wherever they lie', async () => {
    const text = lines(
      { data: { T: START, best: [[1.5, 7]], a: '1.6' }, s: 'A' },
      { data: { T: START, best: [[1.4, 7]] } },
    )
    const columns = { at: 'data.T', bid: 'data.best.0.0', bidSize: 'data.best.0.1', ask: 'data.a', instrument: 's' }
    const { rows, report } = await take(text, { columns })
    expect(rows).toEqual([{ at: START * 1000, key: 'A', bid: 1.5, ask: 1.6, bidSize: 7, askSize: 0 }])
    expect(report.reasons['missing-field']).toBe(1)
  })

  it('are refused with file, line and reason, and kept', async () => {
    const good = { ts_ms: START, bid: 1, ask: 2 }
    const rows = [good, { ...good, bid: 'x' }, { ...good, ask: -1 }, { ts_ms: START }, { ...good, ts_ms: 1 }, good]
    const text = lines(...rows).replace('}\n', '}\n{"ts_ms":\nnot json\n[1]\n')
    const { report, path } = await take(text, { duplicates: 'refuse' })
    expect(report.reasons).toMatchObject({
      ...{ 'bad-json': 2, 'bad-number': 1, 'bad-price': 1, 'missing-field': 2, 'out-of-order': 1, duplicate: 1 },
    })
    expect(report.examples[0]).toEqual({
      ...{ type: 'reject', code: 'FILE_ROW', place: `${path}:2` },
      reason: `bad-json: found '{"ts_ms":', expected one JSON object a line`,
    })
    expect(readFileSync(join(home, 'eurusd.rejects.csv'), 'utf8')).toContain('\n5,bad-number,refused,"{""ts_ms"":')
    await expect(take(text, { strict: true })).rejects.toMatchObject({
      code: 'FILE_ROW',
      message: expect.stringContaining('eurusd.jsonl:2: bad-json'),
    })
  })

  it('are those of CSV, bit for bit', async () => {
    const prices = Array.from({ length: 5000 }, (_, i) => [START + i, 1 + Math.sqrt(i) / 7, 2 + Math.cbrt(i) * 1e-7])
    const json = await take(lines(...prices.map(([at, bid, ask]) => ({ at, bid, ask }))))
    const csv = await take(`at,bid,ask\n${prices.map(row => row.join()).join('\n')}\n`)
    expect(json.rows).toEqual(csv.rows)
    expect(json.rows).toHaveLength(5000)
  })

  it.each([
    ['names are missing', { time: 1, bid: 2 }, {}, /:1: the columns are 'time', 'bid'; quotes also need ask/],
    ['a place is a number', { at: 1, bid: 2, ask: 3 }, { bid: 1 }, /bid is mapped to 1; a row of JSON/],
    ['one path lies in another', { at: 1 }, { bid: 'x', ask: 'x.y' }, /ask lies inside of another/],
  ])('are not read when %s', async (_, row, columns, message) => {
    await expect(take(lines(row), { columns })).rejects.toThrow(message)
  })
})
