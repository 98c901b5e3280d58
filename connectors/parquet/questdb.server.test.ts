import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../deploy/config.ts'
import { makeFolder } from '../../deploy/files.ts'
import { freePorts } from '../../deploy/services/ports.ts'
import { type QuestDb, startQuestDb } from '../../deploy/services/questdb.ts'
import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import type { Column, RowGroup } from './columns.ts'
import { writeParquet } from './write.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-parquet-'))
let database: QuestDb | undefined

/** A database of its own: it reads files from its folder alone. */
beforeAll(async () => {
  const { library, java } = readConfig()
  const [http, pg, health, ilp] = (await freePorts(4)) as [number, number, number, number]
  database = await startQuestDb({ folder, ports: { http, pg, health, ilp }, library, java })
  makeFolder(join(folder, 'import'))
})
afterAll(async () => {
  await database?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const columns = [
  { name: 'key', type: 'text' },
  { name: 'at', type: 'time' },
  { name: 'lots', type: 'int' },
  { name: 'feature', type: 'f32' },
  { name: 'label', type: 'f64' },
] as const satisfies readonly Column[]

/** Finite floats of every size: the database has no word for the others. */
const finite = (row: number): number => {
  const bits = Math.imul(row + 1, 0x9e3779b1)
  return (bits & 0x7f800000) === 0x7f800000 ? row : new Float32Array(Uint32Array.of(bits).buffer)[0]!
}

const group = (rows: number): RowGroup => [
  Array.from({ length: rows }, (_, row) => `INSTRUMENT-${row % 7}`),
  Float64Array.from({ length: rows }, (_, row) => 1_400_000_000_000_000 + row * 1_000_003),
  Float64Array.from({ length: rows }, (_, row) => (row - 500) * 10_000_000_019),
  Float32Array.from({ length: rows }, (_, row) => finite(row)),
  Float64Array.from({ length: rows }, (_, row) => Math.tan(row) * 10 ** ((row % 500) - 250)),
]

it.each(['zstd', 'snappy', 'none'] as const)('a reader that is not ours sees the same rows, with %s', async codec => {
  const groups = [group(5000), group(1), group(300)]
  await writeParquet(join(folder, 'import', `${codec}.parquet`), { columns, codec }, groups)
  const query = `select * from read_parquet('${codec}.parquet')`
  const answer = await fetch(`${database!.http}/exec?limit=10000&query=${encodeURIComponent(query)}`)
  const { dataset } = (await answer.json()) as { readonly dataset: readonly (readonly unknown[])[] }
  const expected = groups.flatMap(([key, at, lots, feature, label]) =>
    (key as readonly string[]).map((name, row) => [
      name,
      formatMicros(at![row] as Micros),
      lots![row],
      feature![row],
      label![row],
    ]),
  )
  const found = dataset.map(([name, at, lots, feature, label]) => [
    name,
    at,
    lots,
    Math.fround(feature as number),
    label,
  ])
  expect(found).toEqual(expected)
})
