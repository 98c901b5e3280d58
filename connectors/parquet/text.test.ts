import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, expect, it } from 'vitest'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import { type CsvOptions, csvSource } from '../file/csv.ts'
import { sampleMarket } from '../sample/sample.ts'
import type { Column, RowGroup } from './columns.ts'
import { parquetText } from './text.ts'
import { writeParquet } from './write.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-ticks-'))
afterAll(() => rmSync(folder, { recursive: true }))
const place = (name: string): string => join(folder, name)

const columns = [
  { name: 'timestamp', type: 'time' },
  { name: 'symbol', type: 'text' },
  { name: 'bid', type: 'f64' },
  { name: 'ask', type: 'f64' },
  { name: 'bid_size', type: 'f32' },
  { name: 'sequence', type: 'int' },
] as const satisfies readonly Column[]

/** A sample market as row groups, and as CSV. */
const market = () => {
  const groups: RowGroup[] = []
  const csv = [columns.map(({ name }) => name).join(',')]
  let sequence = 0
  for (const { count, at, key, keys, columns } of sampleMarket({
    rows: 10_000,
    instruments: ['EURUSD', 'XAUUSD'],
  }).blocks()) {
    const names = Array.from(key.subarray(0, count), index => keys[index]!)
    const [bid, ask] = [columns.bid as Float64Array, columns.ask as Float64Array]
    const sizes = Float32Array.from({ length: count }, (_, row) => row / 3)
    const sequences = Float64Array.from({ length: count }, () => sequence++)
    groups.push([at.subarray(0, count), names, bid.subarray(0, count), ask.subarray(0, count), sizes, sequences])
    for (const [row, name] of names.entries())
      csv.push([at[row], name, bid[row], ask[row], sizes[row], sequences[row]].join(','))
  }
  return { groups, csv: csv.join('\n') }
}

const read = async (options: CsvOptions) => {
  const source = csvSource({ ...options, rejectsFile: null })
  const digest = digestState()
  for await (const block of source.blocks()) digestBlock(digest, block)
  return { digest: digestHex(digest), ...source.report() }
}

it('ticks in Parquet are the ticks of the same CSV, bit for bit', async () => {
  const { groups, csv } = market()
  await writeParquet(place('ticks.parquet'), { columns }, groups)
  writeFileSync(place('ticks.csv'), csv)
  const [ours, theirs] = [
    await read({ path: place('ticks.parquet'), text: parquetText }),
    await read({ path: place('ticks.csv') }),
  ]
  expect(ours).toMatchObject({ rows: 10_000, kind: 'quotes', instruments: theirs.instruments, digest: theirs.digest })
  expect(ours.bytesRead).toBe(ours.bytesTotal)
})

it('columns of other writers are read: milliseconds, integers, floats, what is missing and what is odd', async () => {
  const columnData = [
    { name: 'time', data: [new Date(1.4e12), new Date(1.4e12 + 1), null, new Date(1.4e12 + 3)], type: 'TIMESTAMP' },
    { name: 'price', data: [100, 101, 102, null], type: 'INT32' },
    { name: 'size', data: [0.5, 0.25, 1, 2], type: 'FLOAT' },
    { name: 'side', data: ['buy', null, 'sell', 'sell'], type: 'STRING' },
    { name: 'isMaker', data: [true, false, true, true], type: 'BOOLEAN' },
    { name: 'note', data: ['a, "b"', 'c\nd', null, ''], type: 'STRING' },
  ] as const
  const bytes = parquetWriteBuffer({ columnData: columnData.map(column => ({ ...column, data: [...column.data] })) })
  writeFileSync(place('btcusdt.parquet'), Buffer.from(bytes))
  const pieces: Uint8Array[] = []
  const meter = { path: place('btcusdt.parquet'), bytesTotal: 1, bytesRead: 0, packing: null, sha256: null }
  for await (const piece of parquetText(meter)) pieces.push(piece)
  expect(Buffer.concat(pieces).toString()).toBe(
    [
      'time,price,size,side,note',
      '1400000000000000,100,0.5,buy,"a, ""b"""',
      '1400000000001000,101,0.25,,"c d"',
      'NaN,102,1,sell,',
      '1400000000003000,NaN,2,sell,',
      '',
    ].join('\n'),
  )
  const found = await read({ path: place('btcusdt.parquet'), text: parquetText })
  expect(found).toMatchObject({ rows: 2, refused: 2, kind: 'trades', reasons: { 'bad-stamp': 1, 'bad-number': 1 } })
})
