import type { Manual } from './catalogue.ts'
import type { Row } from './market-rows.ts'
import type { Pane, Series } from './picture.ts'
import type { Stepped } from './stepped.ts'

/** The price, with what can be drawn on it, and below it the values: those of like size in one pane. */
export const panesOf = (
  manual: Manual,
  rows: readonly Row[],
  outputs: readonly Stepped[],
  warmup: number,
): readonly Pane[] => {
  const price = priceOf(rows)
  const density = outputs.length / (rows.length - warmup)
  const found = seriesOf(manual, rows, outputs, density)
  const isEvent = density > 0 && density < 0.5 && !found.some(({ candles }) => candles)
  const prices = rows.map(one => Number(one.close ?? one.mid ?? one.price))
  const [low, high] = [Math.min(...prices), Math.max(...prices)]
  const isPrice = ({ values }: Series): boolean =>
    values.every(value => value === null || (value > low - (high - low) / 2 && value < high + (high - low) / 2))
  const drawn = found.map((one): Series => (isEvent && !isPrice(one) ? { ...one, shape: 'stems' } : one))
  const onPrice = drawn.filter(
    one => one.candles === undefined && one.values.some(value => value !== null) && isPrice(one),
  )
  const overlays = onPrice.map((one): Series => ({ ...one, id: `over-${one.id}` }))
  // What the price shows is not shown again, unless it is all that there is.
  const left = drawn.filter(one => !onPrice.includes(one))
  const below = isEvent || left.length === 0 ? drawn : left
  const marks = isEvent || found.some(isSignal) ? [marksOf(manual, rows, outputs, found)] : []
  return [
    { title: 'price', main: true, series: [price, ...(isEvent ? [] : overlays), ...marks] },
    ...panesBelow(below).map((series): Pane => ({ title: '', main: false, series })),
  ]
}

const priceOf = (rows: readonly Row[]): Series => {
  const column = (name: string): readonly number[] => rows.map(row => Number(row[name]))
  const base = { id: 'price', name: 'price', unit: 'quote currency', colour: 'ink' }
  if (!('close' in rows[0]!)) return { ...base, shape: 'line', values: column('mid' in rows[0]! ? 'mid' : 'price') }
  const candles = { open: column('open'), high: column('high'), low: column('low'), close: column('close') }
  return { ...base, shape: 'candles', values: candles.close, candles }
}

/** Times are no feature. */
const isTime = (value: unknown): boolean => typeof value === 'number' && value > 1e14

/** Each number that came out, by its name. */
const seriesOf = (
  { entry, fields }: Manual,
  rows: readonly Row[],
  outputs: readonly Stepped[],
  density: number,
): readonly Series[] => {
  const values = new Map<string, (number | null)[]>()
  for (const { row, value } of outputs)
    for (const [name, number] of numbersIn(value, entry.name)) {
      if (!values.has(name)) values.set(name, new Array<number | null>(rows.length).fill(null))
      values.get(name)![row] = Number(number.toPrecision(10))
    }
  const all = [...values].map(([name, numbers], i): Series => {
    const doc = fields.find(field => field.name === name)?.doc ?? entry.unit
    const shape = new Set(numbers.filter(value => value !== null)).size <= 3 || density < 0.9 ? 'steps' : 'line'
    return { id: `of-${name}`, name, unit: doc === '' ? entry.unit : doc, shape, colour: `c${i % 6}`, values: numbers }
  })
  return ['open', 'high', 'low', 'close'].every(name => values.has(name)) ? withCandles(all) : all
}

const numbersIn = (value: unknown, name: string): readonly (readonly [string, number])[] => {
  if (typeof value === 'number') return [[name, value]]
  if (typeof value === 'boolean') return [[name, Number(value)]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .filter(([field, one]) => !isTime(one) && field !== 'at')
    .flatMap(([field, one]) => (typeof one === 'string' ? [] : numbersIn(one, field)))
}

/** Four prices of a bar are one thing. */
const withCandles = (all: readonly Series[]): readonly Series[] => {
  const of = (name: string): Series['values'] => all.find(one => one.name === name)!.values
  const candles = { open: of('open'), high: of('high'), low: of('low'), close: of('close') }
  const bar: Series = { ...all[0]!, id: 'bars', name: 'bars', shape: 'candles', values: candles.close, candles }
  return [bar, ...all.filter(({ name }) => name === 'volume')]
}

/** Now and then up or down, and mostly nothing. */
const isSignal = ({ values }: Series): boolean => {
  const told = values.filter(value => value !== null)
  const some = told.filter(value => value !== 0)
  return some.length > 0 && some.length < told.length / 4 && told.every(value => Math.abs(value) === 1 || value === 0)
}

/** Where something was told, at the time that it tells of. */
const marksOf = (
  { entry }: Manual,
  rows: readonly Row[],
  outputs: readonly Stepped[],
  found: readonly Series[],
): Series => {
  const values = new Array<number | null>(rows.length).fill(null)
  const signs = new Array<number>(rows.length).fill(0)
  const signal = found.find(isSignal)
  for (const { row, value } of outputs) {
    const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
    const sign = Math.sign(Number(signal?.values[row] ?? record.outcome ?? record.direction ?? record.lots ?? 0))
    if (signal !== undefined && outputs.length >= rows.length / 2 && sign === 0) continue
    const since = record.from ?? record.barAt
    const place = isTime(since) ? rows.findIndex(({ at }) => at >= Number(since)) : row
    // An extreme is told as 1 for a high: from there the market went down.
    const isExtreme = record.barAt !== undefined
    const way = Number.isNaN(sign) ? 0 : isExtreme ? -sign : sign
    const { low, high, close, price, mid } = rows[place]!
    values[place] = Number((way > 0 ? low : way < 0 ? high : undefined) ?? close ?? mid ?? price)
    signs[place] = way
  }
  return { id: 'marks', name: entry.name, unit: '', shape: 'marks', colour: 'c0', values, signs }
}

const PANES = 4

const panesBelow = (all: readonly Series[]): readonly (readonly Series[])[] => {
  const panes: Series[][] = []
  for (const series of all) {
    const place = panes.find(pane => pane.every(other => isLike(other, series)))
    if (place) place.push(series)
    else if (panes.length < PANES) panes.push([series])
    else panes.at(-1)!.push(series)
  }
  return panes
}

/** Both can be read on one scale. */
const isLike = (one: Series, other: Series): boolean => {
  if (one.candles || other.candles) return false
  const [a, b] = [rangeOf(one), rangeOf(other)]
  const [least, most] = [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
  const [small, large] = [a[1] - a[0], b[1] - b[0]].sort((x, y) => x - y)
  return small! >= large! / 3 && most - least <= 2.5 * large!
}

const rangeOf = ({ values }: Series): readonly [number, number] => {
  const told = values.filter(value => value !== null)
  return [Math.min(...told), Math.max(...told)]
}
