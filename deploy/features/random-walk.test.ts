import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { blockBuilder } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import { trades } from '../../engine/market/topics.ts'
import { chanceOf } from '../../models/chance.ts'
import { rowsFor } from '../../models/exported-rows.ts'
import { oracle } from '../../models/features/oracle.ts'
import { leakReport } from '../../models/leaks/leak-report.ts'
import { scaledLogistic } from '../../models/linear/scaled-logistic.ts'
import { upOrDown } from '../../models/rows.ts'
import { scalingsOf } from '../../models/scaling/scalings-of.ts'
import { purgedKFold } from '../../models/validation/purged-k-fold.ts'
import { walkForward } from '../../models/validation/walk-forward.ts'
import { parseLabel } from './label-flags.ts'
import { readRows } from './read-rows.ts'
import { writeRows } from './write-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-null-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SECOND = 1_000_000
const MINUTE = 60 * SECOND
const HORIZON = 5 * MINUTE
const BLOCK = 3000

interface Print {
  readonly at: number
  readonly price: number
  readonly size: number
  readonly side: 'buy' | 'sell'
}

/** A print every 20 seconds, at a price that walks by chance, of a size and a side by chance. */
const randomWalk = (seed: number, count: number): readonly Print[] => {
  const chance = chanceOf(seed)
  let price = 100
  return Array.from({ length: count }, (_, i) => {
    price *= 1 + (chance() + chance() - 1) / 1000
    const at = 1_704_067_200 * SECOND + i * 20 * SECOND
    return { at, price, size: 1 + Math.floor(chance() * 9), side: chance() < 0.5 ? 'buy' : 'sell' }
  })
}

const labels = [parseLabel('fixed-horizon,horizon=5m', oracle)]

/** From a tape over its exported file to rows to learn from. */
const exported = async (name: string, prints: readonly Print[]) => {
  const log = memoryLog()
  const builder = blockBuilder(trades.schema, BLOCK)
  for (const print of prints) {
    builder.push('EURUSD', print.at, print)
    if (builder.isFull()) await log.append('tape', 0, [builder.take()])
  }
  const path = join(folder, `${name}.parquet`)
  const tape = { log, topic: 'tape', partitions: [0], range: {} }
  await writeRows(path, { set: oracle, source: 'trades', labels, ...tape }, new AbortController().signal)
  const file = await readRows(path)
  return { rows: upOrDown(rowsFor(file, 'fixedHorizonDirection')), lineage: file.lineage }
}

const report = async (name: string, prints: readonly Print[], mode: 'folds' | 'forward') => {
  const { rows, lineage } = await exported(name, prints)
  const splits =
    mode === 'folds'
      ? purgedKFold(rows.spans, { folds: 5, embargoUs: HORIZON })
      : walkForward(rows.spans, { mode: 'anchored', trainUs: 600 * MINUTE, testUs: 300 * MINUTE, gapUs: HORIZON })
  const scalings = scalingsOf(lineage.features, 'standard')
  const fitOn = scaledLogistic(rows, { schema: lineage.set.hash, scalings, l2: 1, most: 50 })
  const groups = rows.names.map((_, place) => [place])
  return leakReport(rows, splits, fitOn, { believable: 0.5, deviations: 3.3, groups, block: 60, seed: 1 })
}

describe('from a tape over a Parquet file to a regression', () => {
  it.each([
    ['folds', 1, 0.1],
    ['folds', 2, 0.1],
    ['folds', 3, 0.1],
    ['forward', 4, 0.08],
    ['forward', 5, 0.08],
    ['forward', 6, 0.08],
  ] as const)('a random walk is told as by a coin: %s, seed %d', async (mode, seed, widest) => {
    const { accuracy, suspects } = await report(`walk-${seed}`, randomWalk(seed, 3 * BLOCK), mode)
    expect(suspects).toEqual([])
    expect(accuracy.accuracy).toBeGreaterThan(accuracy.low)
    expect(accuracy.accuracy).toBeLessThan(accuracy.high)
    // Some 3000 minutes of labels that live for 5 are worth 600 rows; walking forward tests four fifths of them.
    expect(accuracy.high - 0.5).toBeLessThan(widest)
  })

  it('a tape whose sides were written by what came after them is found, and the feature is named', async () => {
    const prints = randomWalk(7, 3 * BLOCK)
    const leaked = prints.map((print, i): Print => {
      const later = prints[i + HORIZON / (20 * SECOND)] ?? print
      return { ...print, side: later.price > print.price ? 'buy' : 'sell' }
    })
    const { suspects } = await report('leak', leaked, 'folds')
    expect(suspects.map(({ type, features }) => [type, ...features])).toEqual([
      ['accuracy'],
      ['concentrated', 'volumeDelta'],
      ['information', 'volumeDelta'],
    ])
  })
})
