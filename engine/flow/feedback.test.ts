import { describe, expect, it } from 'vitest'
import { mid } from '../../operators/book/mid.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import type { Quote } from '../market/quote.ts'
import type { Stamped, Topic } from '../market/topic.ts'
import { quotes } from '../market/topics.ts'
import { market } from '../testing/operator/market.ts'
import type { Key } from './driver.ts'
import { type Columns, compile } from './graph.ts'
import { ear, type Kernel } from './kernel.ts'
import { lift } from './lift.ts'
import { pipeline } from './pipeline.ts'

interface Filled extends Stamped {
  readonly quantity: number
}
const filled: Topic<Filled> = { name: 'filled', schema: { id: 9_901, name: 'filled', fields: [] } }

/** Wants to be short while the price is stretched upwards and long while it is stretched downwards. */
const toTarget: Kernel<{ position: number }, number, number> = {
  name: 'toTarget',
  warmup: 1,
  init: () => ({ position: 0 }),
  hears: [
    ear(filled, (state: { position: number }, { quantity }) => {
      state.position += quantity
    }),
  ],
  step({ position }, z) {
    const missing = (z > 1 ? -1 : z < -1 ? 1 : 0) - position
    return missing === 0 ? Number.NaN : missing
  },
}

const built = pipeline({
  name: 'feedback',
  reads: { quotes },
  graph: ({ quotes }) => quotes.pipe(mid(), zScore({ length: 20 }), lift(toTarget)),
}).build()

const ROWS = 20_000
const moments = market({ seed: 1, count: ROWS })
const column = (name: string): Float64Array => Float64Array.from(moments, moment => Number(moment[name]))
const tape: Columns = {
  at: column('at'),
  key: Uint16Array.from(moments, (_, i) => i % 3),
  keys: ['A', 'B', 'C'],
  columns: { bid: column('bid'), ask: column('ask'), bidSize: column('bidSize'), askSize: column('askSize') },
}

interface Outcome {
  readonly fills: number
  readonly cash: number
}

/** The tape in blocks of some size. Each order is filled by the next quote of its key and heard before that row. */
const trade = (rowsPerBlock: number, mode: 'fused' | 'plain'): Outcome => {
  const orders = new Map<string, number>()
  let [fills, cash] = [0, 0]
  const graph = compile(built, {
    mode,
    output(quantity: number, key) {
      orders.set(key.name, quantity)
      graph.watch(key, true)
    },
  })
  const before = (key: Key, { at, bid, ask }: Quote): void => {
    const quantity = orders.get(key.name)!
    graph.watch(key, false)
    fills += 1
    cash -= quantity * (quantity > 0 ? ask : bid)
    graph.push(filled.name, key.name, { at, quantity } as Filled)
  }
  for (let row = 0; row < ROWS; row += rowsPerBlock) graph.drive(tape, row, Math.min(row + rowsPerBlock, ROWS), before)
  return { fills, cash }
}

/** What a library does that runs each operator over a whole chunk: the fills of a chunk are heard when it is over. */
const tradeByChunks = (rowsPerChunk: number): number => {
  let fills = 0
  const waiting: (readonly [string, Filled])[] = []
  const graph = compile(built, {
    output(quantity: number, key) {
      fills += 1
      waiting.push([key.name, { at: graph.time[0], quantity } as Filled])
    },
  })
  for (let row = 0; row < ROWS; row += rowsPerChunk) {
    graph.drive(tape, row, Math.min(row + rowsPerChunk, ROWS))
    for (const [key, fill] of waiting.splice(0)) graph.push(filled.name, key, fill)
  }
  return fills
}

describe('blocks do not break feedback', () => {
  const byRows = trade(1, 'fused')

  it('has something to break: thousands of fills, which the next decision depends on', () => {
    expect(byRows.fills).toBeGreaterThan(4_000)
  })

  it.each([1, 7, 64, 4096])('gives the same fills in blocks of %i rows', rowsPerBlock => {
    expect(trade(rowsPerBlock, 'fused')).toEqual(byRows)
    expect(trade(rowsPerBlock, 'plain')).toEqual(byRows)
  })

  it('would not, if fills were heard between blocks only', () => {
    // The position of the chunk's start is taken for the truth all through it: the same order is given again and again.
    const [small, large] = [tradeByChunks(64), tradeByChunks(4096)]
    expect(new Set([byRows.fills, small, large]).size).toBe(3)
    expect(large).toBeGreaterThan(1.5 * byRows.fills)
  })
})
