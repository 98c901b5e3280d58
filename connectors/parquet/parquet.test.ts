import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, describe, expect, it } from 'vitest'
import type { Column, RowGroup } from './columns.ts'
import { openParquet } from './read.ts'
import { writeParquet } from './write.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-parquet-'))
afterAll(() => rmSync(folder, { recursive: true }))
const place = (name: string): string => join(folder, name)

const columns = [
  { name: 'key', type: 'text' },
  { name: 'at', type: 'time' },
  { name: 'lots', type: 'int' },
  { name: 'feature', type: 'f32' },
  { name: 'label', type: 'f64' },
] as const satisfies readonly Column[]

/** Floats of every size; NaN is one value. */
const floats = (rows: number, seed: number): Float32Array =>
  new Float32Array(Uint32Array.from({ length: rows }, (_, row) => Math.imul(row + seed, 0x9e3779b1)).buffer).map(
    value => (Number.isNaN(value) ? Number.NaN : value),
  )

const edges32 = Float32Array.of(0, -0, 1e-45, -1e-45, 3.4028234663852886e38, -3.4028234663852886e38, NaN, Infinity)
const edges64 = Float64Array.of(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, NaN, -Infinity)

const edges: RowGroup = [
  ['EURUSD', '', 'Größe', '東京', '"', ',', '\n', 'EURUSD'],
  Float64Array.of(0, -1, 1_400_000_000_000_001, 2 ** 53 - 1, -(2 ** 53) + 1, 1, 2, 3),
  Float64Array.of(0, 1, -1, 2 ** 31, -(2 ** 40), 7, 8, 9),
  edges32,
  edges64,
]
const many = (rows: number, seed: number): RowGroup => [
  Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 'EURUSD' : 'XAUUSD')),
  Float64Array.from({ length: rows }, (_, row) => 1_400_000_000_000_000 + row * 997),
  Float64Array.from({ length: rows }, (_, row) => (row % 1000) - 500),
  floats(rows, seed),
  Float64Array.from({ length: rows }, (_, row) => Math.sin(row)),
]

const write = (name: string, groups: readonly RowGroup[], codec?: 'zstd' | 'snappy' | 'none') =>
  writeParquet(place(name), { columns, ...(codec && { codec }), metadata: () => ({ set: 'five', empty: '' }) }, groups)

/** The bits, since NaN is not NaN and -0 is 0. */
const bitsOf = (groups: readonly RowGroup[]): readonly unknown[] =>
  groups.map(group => group.map(values => (ArrayBuffer.isView(values) ? Buffer.from(values.slice().buffer) : values)))

const readAll = async (name: string, wanted: readonly Column[] = columns): Promise<readonly RowGroup[]> => {
  const groups: RowGroup[] = []
  for await (const group of (await openParquet(place(name))).read(wanted)) groups.push(group)
  return groups
}

describe('a file that is written', () => {
  it.each(['zstd', 'snappy', 'none'] as const)('with %s is read again bit for bit', async codec => {
    const groups = [edges, many(70_000, 1), many(3, 2)]
    const written = await write(codec, groups, codec)
    expect(written).toEqual({ rows: 70_011, rowGroups: 3, bytes: readFileSync(place(codec)).length })
    expect(bitsOf(await readAll(codec))).toEqual(bitsOf(groups))
    const { path: _path, read: _read, ...rest } = await openParquet(place(codec))
    expect(rest).toEqual({ rows: 70_011, columns, metadata: { set: 'five', empty: '' } })
  })

  it('of the same rows has the same bytes', async () => {
    await write('one', [many(5000, 1)])
    await write('two', [many(5000, 1)])
    expect(readFileSync(place('one'))).toEqual(readFileSync(place('two')))
  })

  it('may have no rows, and no groups of some columns are read', async () => {
    expect(await write('none.parquet', [])).toMatchObject({ rows: 0, rowGroups: 0 })
    expect(await readAll('none.parquet')).toEqual([])
    await write('some', [edges])
    expect(bitsOf(await readAll('some', [columns[4], columns[0]]))).toEqual(bitsOf([[edges64, edges[0]!]]))
  })

  it('is whole or is not there, and what was there stays', async () => {
    await write('kept', [many(10, 1)])
    const before = readFileSync(place('kept'))
    function* broken() {
      yield many(10, 2)
      throw new Error('the tape is torn')
    }
    await expect(writeParquet(place('kept'), { columns }, broken())).rejects.toThrow('the tape is torn')
    expect(readFileSync(place('kept'))).toEqual(before)
    expect(existsSync(place('kept.draft'))).toBe(false)
    await expect(write('nowhere/rows', [])).rejects.toMatchObject({ code: 'FILE_WRITE' })
  })

  it('holds what is declared: other values are a defect', async () => {
    const [keys, at, lots, feature, label] = edges as [string[], ...Float64Array[]]
    const refused: readonly (readonly [string, readonly unknown[]])[] = [
      ['5 columns are declared, found 1', [keys]],
      ["column 'feature' is f32, found Float64Array", [keys, at, lots, label, label]],
      ["columns are of one length, 'at' is not", [keys, at!.subarray(1), lots, feature, label]],
      ["column 'at' holds whole numbers, found 0.5 in row 1", [keys, at!.with(1, 0.5), lots, feature, label]],
    ]
    for (const [message, group] of refused)
      await expect(write('odd', [group as RowGroup])).rejects.toMatchObject({ code: 'ASSERT', message })
  })
})

describe('a file that is not as it should be', () => {
  it('is named, with what was found', async () => {
    await write('good', [many(5000, 1), many(5000, 2)])
    const good = readFileSync(place('good'))
    const put = (name: string, bytes: Uint8Array): string => {
      writeFileSync(place(name), bytes)
      return place(name)
    }
    const errors = (path: string) => openParquet(path).catch((error: unknown) => error)
    expect(await errors(place('absent'))).toMatchObject({ code: 'FILE_MISSING' })
    expect(await errors(put('void', Buffer.alloc(0)))).toMatchObject({ code: 'FILE_EMPTY' })
    const text = put('text.csv', Buffer.from('time,bid,ask\n1,2,3\n'))
    expect(await errors(text)).toMatchObject({ code: 'FILE_FORMAT', message: expect.stringContaining(text) })
    truncateSync(put('cut', good), good.length - 100)
    expect(await errors(place('cut'))).toMatchObject({
      code: 'FILE_TRUNCATED',
      message: `${place('cut')}: the Parquet file breaks off at byte ${good.length - 100}, before its end`,
    })
    expect(await errors(put('four-letters', Buffer.from('PAR1')))).toMatchObject({ code: 'FILE_TRUNCATED' })
    const list = Buffer.from(good)
    list.writeUInt32LE(2 ** 31, good.length - 8)
    expect(await errors(put('list', list))).toMatchObject({ code: 'FILE_CORRUPT' })
  })

  it('tells the column and the row group that are damaged', async () => {
    await write('whole', [many(5000, 1), many(5000, 2)])
    const bytes = readFileSync(place('whole'))
    bytes[Math.floor(bytes.length * 0.8)]! ^= 1
    writeFileSync(place('bent'), bytes)
    await expect(readAll('bent')).rejects.toMatchObject({
      code: 'FILE_CORRUPT',
      message: expect.stringMatching(/bent: column '\w+', row group 1 is damaged: /),
    })
  })

  it('with one bit changed is the same or is refused, but never has other values', async () => {
    const good: readonly RowGroup[] = [many(50, 1), many(20, 2)]
    await write('sound', good)
    const bytes = readFileSync(place('sound'))
    const expected = JSON.stringify(bitsOf(good))
    const fates = new Map<string, number>()
    for (let at = 0; at < bytes.length; at += 3) {
      const bent = Buffer.from(bytes)
      bent[at]! ^= 1 << (at % 8)
      writeFileSync(place('flipped'), bent)
      const fate = await readAll('flipped').then(
        found => (JSON.stringify(bitsOf(found)) === expected ? 'same' : 'other values'),
        error => String(error.code),
      )
      fates.set(fate, (fates.get(fate) ?? 0) + 1)
    }
    expect([...fates.keys()].sort()).toEqual([
      'FILE_CORRUPT',
      'FILE_FORMAT',
      'FILE_TRUNCATED',
      'PARQUET_COLUMN',
      'same',
    ])
    expect(fates.get('same')! / bytes.length).toBeLessThan(0.1)
  })

  it('of another writer, whose pages say what is not so, is refused at once', async () => {
    const key = Array.from({ length: 200 }, (_, row) => `K${row % 3}`)
    const sound = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'key', data: key }], codec: 'UNCOMPRESSED' }))
    for (let bit = 32; bit < 800; bit++) {
      const bent = Buffer.from(sound)
      bent[bit >> 3]! ^= 1 << (bit & 7)
      writeFileSync(place('bent'), bent)
      const found = await readAll('bent', [{ name: 'key', type: 'text' }]).then(
        () => 'values',
        error => error.code,
      )
      expect(found).toBeOneOf(['values', 'FILE_CORRUPT', 'PARQUET_COLUMN'])
    }
  })

  it('has another column, or one of another type', async () => {
    await write('named', [edges])
    await expect(readAll('named', [{ name: 'bid', type: 'f64' }])).rejects.toMatchObject({
      code: 'PARQUET_COLUMN',
      message: `${place('named')} has no column 'bid'; it has key, at, lots, feature, label`,
    })
    await expect(readAll('named', [{ name: 'at', type: 'f64' }])).rejects.toMatchObject({
      code: 'PARQUET_COLUMN',
      message: `${place('named')}: column 'at' is INT64 TIMESTAMP, expected f64`,
    })
    const columnData = [{ name: 'bid', data: [1.5, null], type: 'DOUBLE' }] as const
    const bytes = parquetWriteBuffer({ columnData: columnData.map(column => ({ ...column, data: [...column.data] })) })
    writeFileSync(place('holes'), Buffer.from(bytes))
    await expect(readAll('holes', [{ name: 'bid', type: 'f64' }])).rejects.toMatchObject({
      code: 'PARQUET_COLUMN',
      message: `${place('holes')}: column 'bid', row group 0: row 1 has no value, expected f64`,
    })
  })
})
