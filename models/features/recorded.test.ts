import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Columns, compile } from '../../engine/flow/graph.ts'
import { hasRecorded, recorded, recordedOrNot } from '../../operators/recorded.ts'
import type { FeatureSet, Source } from './feature-set.ts'
import { featureSets } from './index.ts'

const BLOCK = 4096
const MINUTE = 60_000_000

const cases = Object.values(featureSets).flatMap(set => set.sources.map(source => ({ set, source })))

/** A month of minutes, with volumes; each line has the end of its bar. */
const perpetual = (): Columns => {
  const packed = readFileSync(join(import.meta.dirname, '../../../shared/data/btc-perp-1m-2022-01.csv.gz'))
  const lines = gunzipSync(packed).toString('latin1').trimEnd().split('\n').slice(1)
  const rows = lines.map(line => line.split(','))
  const at = Float64Array.from(rows, ([time]) => 1000 * Date.parse(`${time!.slice(0, 19)}Z`))
  const names = ['open', 'high', 'low', 'close', 'volume']
  const columns = names.map((name, i) => [name, Float64Array.from(rows, row => Number(row[i + 1]))])
  return {
    ...{ at, key: new Uint16Array(rows.length), keys: ['A'] },
    columns: {
      ...Object.fromEntries(columns),
      start: at.map(end => end - MINUTE),
      count: new Float64Array(rows.length).fill(1),
    },
  }
}

const markets: Readonly<Record<string, () => Readonly<Partial<Record<Source, Columns>>>>> = {
  ...Object.fromEntries(['EURUSD', 'XAUUSD', 'BTCUSDT spot'].map(name => [name, recorded[name]!.load])),
  'BTC perpetual': () => ({ bars: perpetual() }),
}

/** How many vectors there are, and a digest of all of their numbers. Throws on the first that is not finite. */
const pass = (set: FeatureSet, source: Source, rows: Columns): string => {
  const hash = createHash('sha256')
  let count = 0
  const graph = compile(set.over(source).build(), {
    output({ values }) {
      count += 1
      hash.update(values)
      if (!values.every(Number.isFinite)) throw new RangeError(`vector ${count} of ${set.name} is ${values}`)
    },
  })
  for (let from = 0; from < rows.at.length; from += BLOCK)
    graph.drive(rows, from, Math.min(from + BLOCK, rows.at.length))
  return `${count} vectors, ${hash.digest('hex').slice(0, 32)}`
}

describe.runIf(hasRecorded)(`every set over ${recordedOrNot}`, () => {
  it.each(Object.entries(markets))('%s: finite numbers, the same each time', (_name, load) => {
    const market = load()
    for (const { set, source } of cases) {
      const rows = market[source]
      if (rows !== undefined) expect(pass(set, source, rows)).toMatchSnapshot(`${set.name} over ${source}`)
    }
  })
})
