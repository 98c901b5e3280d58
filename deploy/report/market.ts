import { isMillraceError } from '../../engine/errors.ts'
import type { ClosedTrade } from '../../engine/figures/trades.ts'
import type { Block } from '../../engine/log/block.ts'
import type { Log } from '../../engine/log/port.ts'
import { bars, quotes, trades } from '../../engine/market/topics.ts'
import { rangeState, rowsWithin } from '../../engine/run/range.ts'
import type { Manifest } from '../manifest.ts'
import { checkTape } from '../run.ts'
import { noTopic, readTapes, tapeOf } from '../tapes.ts'
import type { Call } from '../verb.ts'
import { type Excursion, excursions } from './excursions.ts'
import type { History } from './history.ts'
import { type PriceView, priceViews } from './prices.ts'

/** What the tape of a run says of its trades; or why it cannot be asked. */
export interface Market {
  readonly views: readonly PriceView[]
  /** Of each trade, in the order of the closes; none where the tape holds no quotes. */
  readonly excursions: readonly Excursion[]
  /** Why there is nothing of it; empty when there is. */
  readonly missing: string
}

/** Reads the tape once more. One that is gone, changed or out of reach is no failure: the rest needs none. */
export const readMarket = async (call: Call, manifest: Manifest, history: History, own: Log): Promise<Market> => {
  const { tape, source } = manifest
  const read = async (log: Log): Promise<Market> => {
    checkTape(await tapeOf(log, tape.topic), tape)
    return marketOf(call, log, { manifest, history, own })
  }
  try {
    const found = await readTapes(call.config, read, source)
    if (found === null) throw noTopic(tape.topic, [])
    return found
  } catch (error) {
    if (!isMillraceError(error) || error.family === 'defect') throw error
    return { views: [], excursions: [], missing: error.message }
  }
}

interface Sources {
  readonly manifest: Manifest
  readonly history: History
  /** The log of the run. */
  readonly own: Log
}

/** Instruments that are drawn; a page of more is no page. */
const MOST = 12

const marketOf = async (call: Call, log: Log, { manifest, history, own }: Sources): Promise<Market> => {
  const { equity, instruments } = history
  const traded = [...Map.groupBy(history.trades, ({ instrument }) => instrument)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([instrument]) => instrument)
  const shown = (traded.length > 0 ? traded : [...instruments.keys()]).slice(0, MOST)
  const prices = priceViews(shown, equity.at[0] ?? 0, equity.at[equity.at.length - 1] ?? 0)
  const watched = await excursions({ ...manifest, log: own })
  const { from, to } = manifest
  const range = rangeState({ ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) })
  let done = 0
  for await (const { block } of log.read(manifest.tape.topic, 0, 0)) {
    call.signal.throwIfAborted()
    const [low, high] = sidesOf(block)
    if (low === null || high === null) continue
    for (const [first, end] of rowsWithin(block, 0, block.count, range)) {
      prices.take({ block, low, high }, first, end)
      if (block.schema.id === quotes.schema.id) watched.take(block, first, end)
    }
    done += block.count
    call.terminal.progress(done / manifest.tape.rows, () => ['reading the tape'])
    if (range.isOver) break
  }
  return { views: prices.views(), excursions: watched.ends(), missing: '' }
}

/** The columns that are the lowest and the highest price of a row. */
const sidesOf = ({ schema, columns }: Block): readonly [Float64Array | null, Float64Array | null] => {
  const [low, high] = sides[schema.id] ?? []
  return low === undefined ? [null, null] : [columns[low] as Float64Array, columns[high!] as Float64Array]
}

const sides: Readonly<Record<number, readonly [low: string, high: string]>> = {
  [quotes.schema.id]: ['bid', 'ask'],
  [trades.schema.id]: ['price', 'price'],
  [bars.schema.id]: ['low', 'high'],
}

/** The trades with what was seen of them on the way. */
export const watchedTrades = (closed: readonly ClosedTrade[], seen: readonly Excursion[]): readonly ClosedTrade[] =>
  seen.length === closed.length ? closed.map((trade, i) => ({ ...trade, ...seen[i]! })) : closed
