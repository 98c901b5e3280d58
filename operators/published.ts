import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type AnyKernel, isExpander, type Kernel } from '../engine/flow/kernel.ts'
import type { Bar } from '../engine/market/bar.ts'

/*
 * Values that others have published for their indicators, over 502 daily bars. They do not belong to the repository:
 * where they are absent, the tests that read them do not run, and say so.
 */

const FOLDER = join(import.meta.dirname, '../../shared/data/golden/skender')

export const hasPublished: boolean = existsSync(FOLDER)

/** For the title of a suite. */
export const publishedOrNot: string = hasPublished ? 'published values' : 'published values (ABSENT: nothing was read)'

/** One of `quotes/`: 'default' is the series of the values, others are odd ones. */
export const publishedBars = (name = 'default'): readonly Bar[] => {
  const [, ...lines] = gunzipSync(readFileSync(join(FOLDER, 'quotes', `${name}.csv.gz`)))
    .toString()
    .trim()
    .split(/\r?\n/)
  let start = 0
  return lines.map(line => {
    const [date, ...numbers] = line.split(',')
    const [open, high, low, close, volume] = numbers.map(Number) as [number, number, number, number, number]
    // A row without a date is of the time of the one before.
    start = startOf(date!) || start
    return { at: start + 86_400_000_000, start, open, high, low, close, volume, count: 1 } as Bar
  })
}

/** Days as 2017-01-03 and 1/3/2017 or 01/03/17, minutes as 2020-12-15 09:30 and with an offset; microseconds. */
const startOf = (date: string): number => {
  const [, month, day, year] = /^(\d+)\/(\d+)\/(\d+)$/.exec(date) ?? []
  if (year !== undefined) return Date.UTC(Number(year.padStart(4, '20')), Number(month) - 1, Number(day)) * 1000
  return Date.parse(/T/.test(date) ? date : `${date.replace(' ', 'T')}${date.length === 10 ? 'T00:00:00' : ''}Z`) * 1000
}

/** A field of one of `results/`, by bar; null is no value. */
const publishedField = (file: string, field: string): readonly (number | null)[] => {
  const rows = JSON.parse(gunzipSync(readFileSync(join(FOLDER, 'results', `${file}.json.gz`))).toString())
  return (rows as Record<string, number | null>[]).map(row => row[field] ?? null)
}

/** A worked sheet of StockCharts' school, a record of columns each row; an empty cell is NaN. */
export const publishedSheet = (name: string): readonly Readonly<Record<string, number>>[] => {
  const lines = readFileSync(join(FOLDER, '../stockcharts', `cs-${name}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/)
  const [titles, ...rows] = lines.map(line => line.split(','))
  return rows.map(cells => Object.fromEntries(titles!.map((title, i) => [title, Number(cells[i] || Number.NaN)])))
}

/** What a kernel answers to each input; null is no value. */
export const answers = <State, In, Out>(
  kernel: Kernel<State, In, Out>,
  inputs: readonly In[],
): readonly (Out | null)[] => {
  if (isExpander(kernel as AnyKernel)) throw new TypeError(`${kernel.name} may answer one input with many values`)
  const state = kernel.init()
  return inputs.map(input => {
    const output = kernel.step(state, input)
    return output === undefined || Number.isNaN(output) ? null : structuredClone(output)
  })
}

export interface Deviation {
  /** Bars where one of the two has a value and the other has none. */
  readonly unmatched: number
  /** The largest difference as a share of the published value, or of 1 where that is smaller. */
  readonly worst: number
}

/** How far our values are from what was published, bar by bar from number `from` on. */
export const deviation = (ours: readonly (number | null)[], file: string, field: string, from = 0): Deviation => {
  const theirs = publishedField(file, field)
  if (ours.length !== theirs.length) throw new RangeError(`${file} has ${theirs.length} rows, found ${ours.length}`)
  let [unmatched, worst] = [0, 0]
  for (let bar = from; bar < theirs.length; bar++) {
    const [our, their] = [ours[bar]!, theirs[bar]!]
    if ((our === null) !== (their === null)) unmatched++
    if (our !== null && their !== null) worst = Math.max(worst, Math.abs(our - their) / Math.max(1, Math.abs(their)))
  }
  return { unmatched, worst }
}
