import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/flow/graph.ts'
import type { Params } from '../../engine/flow/pipeline.ts'
import type { Quote } from '../../engine/market/quote.ts'
import type { Micros } from '../../engine/market/units.ts'
import { skeleton } from './strategy.ts'

/** What the strategy asks for, at these prices. */
const asked = (prices: readonly number[], params: Params = {}): string[] => {
  const intents: string[] = []
  const graph = compile(skeleton.build(params), { output: ({ side, lots }) => intents.push(`${side} ${lots}`) })
  for (const [i, price] of prices.entries()) {
    const quote: Quote = { at: i as Micros, bid: price, ask: price, bidSize: 0, askSize: 0 }
    graph.push('quotes', 'EURUSD', quote)
  }
  return intents
}

describe('skeleton', () => {
  const params = { fast: 1, slow: 3, lots: 2 }

  it('buys when the price turns up, and turns around when it turns down', () => {
    expect(asked([5, 4, 3, 2, 6, 7, 8, 3, 2], params)).toEqual(['buy 2', 'sell 4'])
  })

  it('does nothing on a flat market', () => {
    expect(asked([5, 5, 5, 5, 5], params)).toEqual([])
  })

  it('refuses a parameter that it does not have', () => {
    expect(() => skeleton.build({ length: 3 })).toThrow("has no parameter 'length'; it has: fast, slow, lots")
  })
})
