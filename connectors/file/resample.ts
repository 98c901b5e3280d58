import type { Block } from '../../engine/log/block.ts'
import { type Row, rowOf } from '../../engine/log/build.ts'
import { bars, quotes, trades } from '../../engine/market/topics.ts'
import { type RowRuns, rowRuns } from './row-runs.ts'

/**
 * Rows thinned out on the way in, by intervals of time that are counted from 1970, UTC: of quotes the last of each
 * interval, with its own time; of trades, and of bars, one bar for each. An interval without rows gives nothing. Rows
 * of other topics pass at once.
 *
 * Intervals are half open, `[start, end)`: what is stamped with the very time at which one ends is of the next. A bar
 * is stamped with its own end, and is of the interval that ends there.
 *
 * Delivers  an interval with the first row behind it, or with the end: its quotes by time and key, then its bars by key
 * Blocks    holds a row for each key
 * Late      a row of an interval that was delivered is left out
 * Ends      with the rows
 * Fails     as the rows do, after what was before
 */
export async function* resampled(rows: AsyncIterable<Block>, spanUs: number): AsyncGenerator<Block> {
  const runs = rowRuns()
  const interval: Interval = { spanUs, end: Number.NEGATIVE_INFINITY, quotes: new Map(), bars: new Map() }
  let failure: unknown
  try {
    for await (const block of rows) {
      const take = TAKERS.get(block.schema.id)
      if (take === undefined) yield block
      else for (let row = 0; row < block.count; row++) takeRow(interval, rowOf(block, row), take, runs)
      yield* runs.ready()
    }
  } catch (error) {
    failure = error
  }
  deliver(interval, runs)
  yield* runs.rest()
  if (failure !== undefined) throw failure
}

/** What an interval holds so far, by key. */
interface Interval {
  readonly spanUs: number
  end: number
  readonly quotes: Map<string, Row>
  readonly bars: Map<string, BarRow>
}

interface BarRow extends Row {
  readonly start: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly count: number
}

type Take = (interval: Interval, row: Row) => void

const takeRow = (interval: Interval, row: Row, take: Take, runs: RowRuns): void => {
  const { spanUs } = interval
  const end = (Math.floor((row.at - (take === takeBar ? 1 : 0)) / spanUs) + 1) * spanUs
  if (end < interval.end) return
  if (end > interval.end) deliver(interval, runs)
  interval.end = end
  take(interval, row)
}

const takeQuote: Take = (interval, row) => interval.quotes.set(row.key, row)

const takeTrade: Take = (interval, { key, price, size }) => {
  const [open, volume] = [price as number, size as number]
  const start = interval.end - interval.spanUs
  join(interval, { at: interval.end, key, start, open, high: open, low: open, close: open, volume, count: 1 })
}

const takeBar: Take = (interval, row) =>
  join(interval, { ...(row as BarRow), at: interval.end, start: interval.end - interval.spanUs })

const join = ({ bars }: Interval, more: BarRow): void => {
  const bar = bars.get(more.key)
  if (bar === undefined) bars.set(more.key, more)
  else
    bars.set(more.key, {
      ...bar,
      high: Math.max(bar.high, more.high),
      low: Math.min(bar.low, more.low),
      close: more.close,
      volume: bar.volume + more.volume,
      count: bar.count + more.count,
    })
}

const TAKERS: ReadonlyMap<number, Take> = new Map([
  [quotes.schema.id, takeQuote],
  [trades.schema.id, takeTrade],
  [bars.schema.id, takeBar],
])

const deliver = (interval: Interval, runs: RowRuns): void => {
  for (const row of [...interval.quotes.values()].sort(byTime)) runs.push(quotes.schema, row.key, row)
  for (const row of [...interval.bars.values()].sort(byTime)) runs.push(bars.schema, row.key, row)
  interval.quotes.clear()
  interval.bars.clear()
}

const byTime = (one: Row, other: Row): number => one.at - other.at || (one.key < other.key ? -1 : 1)
