import { MillraceError } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import { type BlockBuilder, blockBuilder } from '../../engine/log/build.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { quotes } from '../../engine/market/topics.ts'

/** A price of a bar, and how long before the stamp of the bar it is taken to have stood; behind it when negative. */
export interface PathPoint {
  readonly price: BarPrice
  /** Whole microseconds, milliseconds. */
  readonly beforeMs: number
}
export type BarPrice = (typeof BAR_PRICES)[number]
export const BAR_PRICES = ['open', 'high', 'low', 'close'] as const

/** The way that the price is taken to have gone through a bar, in the order of time. */
export type BarPath = readonly PathPoint[]

/** Stamps are closes: the close stands at the stamp, and the way there is as short as a tick. */
export const USUAL_PATH: BarPath = BAR_PRICES.map((price, place) => ({ price, beforeMs: 100 * (3 - place) }))

/**
 * Reads a path as it is written at the command line.
 *
 * Fails  usage FILE_OPTION when a part is not `price:milliseconds`, a price comes twice, or time does not go forward
 *
 * @example
 * parseBarPath('open:59999,close:0') // => [{ price: 'open', beforeMs: 59999 }, { price: 'close', beforeMs: 0 }]
 */
export const parseBarPath = (text: string): BarPath => {
  const points = text.split(',').map(part => {
    const [, price = '', beforeMs] = /^\s*(open|high|low|close):(-?\d+(?:\.\d{1,3})?)\s*$/.exec(part) ?? []
    if (beforeMs === undefined) throw wrong(text, `found '${part}', expected open, high, low or close : milliseconds`)
    return { price: price as BarPrice, beforeMs: Number(beforeMs) }
  })
  if (new Set(points.map(({ price }) => price)).size < points.length) throw wrong(text, 'a price stands there twice')
  const back = points.findIndex(({ beforeMs }, i) => i > 0 && beforeMs >= points[i - 1]!.beforeMs)
  if (back > 0) throw wrong(text, `'${points[back]!.price}' is not later than what stands before it`)
  return points
}

const wrong = (text: string, found: string): MillraceError =>
  new MillraceError('FILE_OPTION', `path '${text}': ${found}`)

/** From the first point of a path to its last, microseconds: a bar that follows sooner would overlap. */
export const spanOf = (path: BarPath): number => usBefore(path[0]!) - usBefore(path.at(-1)!)

const usBefore = ({ beforeMs }: PathPoint): number => Math.round(beforeMs * 1000)

/** A bar of a file; `line` is where it stands. It never goes to a log. */
export const barLines: Schema = barSchema(38, [...BAR_PRICES, 'line'])
/** A bar of bids and a bar of asks of the same time. */
export const barPairs: Schema = barSchema(
  39,
  ['bid', 'ask'].flatMap(side => BAR_PRICES.map(price => `${side} ${price}`)),
)

function barSchema(id: number, names: readonly string[]): Schema {
  const fields = names.map(name => ({ name, type: 'f64' as const, unit: name }))
  return { id, name: 'bar-line', fields }
}

/**
 * Bars as the quotes that were on their way, in the order of time, of however many instruments: what one moment holds
 * is all there before the next. Bid and ask are the price of the bar, or of both bars of a pair; NaN is left out. The
 * volume of a bar is no displayed size, so sizes are 0: not told. Other blocks pass.
 */
export async function* quotesAlong(bars: AsyncIterable<Block>, path: BarPath): AsyncGenerator<Block> {
  const builder = blockBuilder(quotes.schema)
  const waiting: Waiting[] = []
  const lead = usBefore(path[0]!)
  let failure: unknown
  try {
    for await (const block of bars) {
      if (block.schema.id !== barLines.id && block.schema.id !== barPairs.id) {
        yield block
        continue
      }
      for (let row = 0; row < block.count; row++) {
        // Nothing that is still to come stands before this.
        const since = block.at[row]! - lead
        while (waiting.length > 0 && waiting[0]!.at <= since) {
          push(builder, waiting.shift()!)
          if (builder.isFull()) yield builder.take()
        }
        for (const point of path) queue(waiting, quoteOf(block, row, point))
      }
    }
  } catch (error) {
    failure = error
  }
  for (const quote of waiting) {
    push(builder, quote)
    if (builder.isFull()) yield builder.take()
  }
  if (builder.block.count > 0) yield builder.take()
  if (failure !== undefined) throw failure
}

interface Waiting {
  readonly key: string
  readonly at: number
  readonly bid: number
  readonly ask: number
}

const push = (builder: BlockBuilder, { key, at, bid, ask }: Waiting): void => {
  if (!Number.isNaN(bid)) builder.push(key, at, { bid, ask, bidSize: 0, askSize: 0 })
}

const quoteOf = ({ schema, at, key, keys, columns }: Block, row: number, point: PathPoint): Waiting => {
  const isPair = schema.id === barPairs.id
  const [bid, ask] = isPair ? [`bid ${point.price}`, `ask ${point.price}`] : [point.price, point.price]
  return {
    key: keys[key[row]!]!,
    at: at[row]! - usBefore(point),
    bid: columns[bid]![row] as number,
    ask: columns[ask]![row] as number,
  }
}

/** By time, behind all of the same time. Bars of one moment are few. */
const queue = (waiting: Waiting[], quote: Waiting): void => {
  let place = waiting.length
  while (place > 0 && waiting[place - 1]!.at > quote.at) place -= 1
  waiting.splice(place, 0, quote)
}
