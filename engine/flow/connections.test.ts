import { describe, expect, expectTypeOf, it } from 'vitest'
import { close } from '../../operators/bars/close.ts'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { mid } from '../../operators/book/mid.ts'
import { conflate } from '../../operators/hygiene/conflate.ts'
import { sma } from '../../operators/indicators/sma.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import { marketOrder } from '../../operators/routing/market-order.ts'
import { crossover } from '../../operators/signals/crossover.ts'
import { fixedSize } from '../../operators/sizing/fixed-size.ts'
import type { Bar } from '../market/bar.ts'
import type { Quote } from '../market/quote.ts'
import { bars, quotes, trades } from '../market/topics.ts'
import type { Trade } from '../market/trade.ts'
import { type AsOf, asOf } from './as-of.ts'
import { type Flow, flowOf } from './flow.ts'
import { map } from './map.ts'
import { type Pipeline, pipeline, type Strategy, strategy } from './pipeline.ts'
import { tap } from './tap.ts'
import { together } from './together.ts'

// The compiler is what tests this file (npm run check:types): it fails on a line that should not compile and does.

const quoted = flowOf(quotes)
const priced = quoted.pipe(mid())

describe('types follow from end to end', () => {
  it('through operators, taps and joins', () => {
    expectTypeOf(quoted).toEqualTypeOf<Flow<Quote>>()
    expectTypeOf(quoted.pipe(conflate({ withinMs: 1 }), mid(), tap('mids'), timeBars({ spanMs: 1 }))).toEqualTypeOf<
      Flow<Bar>
    >()
    expectTypeOf(flowOf(trades).pipe(asOf(quoted, { maxAgeMs: 1 }))).toEqualTypeOf<Flow<AsOf<Trade, Quote>>>()
    expectTypeOf(priced.rx('halves', prices => prices.pipe(map('half', x => x / 2)))).toEqualTypeOf<Flow<number>>()
  })

  it('through members, whose record carries their types', () => {
    const pair = priced.pipe(
      together(price => ({ price, bar: price.pipe(timeBars({ spanMs: 1 })) }), { on: 'price' }),
      map('gap', ({ price, bar }) => price - bar.close),
    )
    expectTypeOf(pair).toEqualTypeOf<Flow<number>>()
  })

  it('through parameters, which are as wide as a run may set them', () => {
    const definition = pipeline({
      name: 'wide',
      reads: { quotes },
      params: { length: 3, side: 'bid', isLoud: false },
      graph: ({ quotes }, params) => {
        expectTypeOf(params).toEqualTypeOf<{
          readonly length: number
          readonly side: string
          readonly isLoud: boolean
        }>()
        return quotes.pipe(mid())
      },
    })
    expectTypeOf(definition.build()).toEqualTypeOf<Pipeline<number>>()
    expect(definition.params).toEqual({ length: 3, side: 'bid', isLoud: false })
  })
})

describe('what does not compile', () => {
  it('a connection of what does not fit', () => {
    // @ts-expect-error a z-score reads numbers, not quotes
    quoted.pipe(zScore({ length: 2 }))
    // @ts-expect-error bars have no bid and no ask
    flowOf(bars).pipe(mid())
    // @ts-expect-error a number has no close
    priced.pipe(sma({ length: 2 }), close())
    // @ts-expect-error a length is a number
    expect(() => sma({ length: '2' })).toThrow('found 2')
    // @ts-expect-error the length is missing
    expect(() => sma({})).toThrow('found undefined')
    // @ts-expect-error no such time in force
    marketOrder({ timeInForce: 'GTX' })
  })

  it('a member that is unknown, missing or of another type', () => {
    // @ts-expect-error there is no member 'c'
    expect(() => priced.pipe(together(x => ({ a: x, b: x }), { on: 'c' }))).toThrow("no member is called 'c'")

    const pair = priced.pipe(together(x => ({ fast: x, slow: x }), { on: 'slow' }))
    // @ts-expect-error a crossover reads fast, slow and price
    pair.pipe(crossover())

    const lines = quoted.pipe(together(q => ({ fast: q, slow: q, price: q }), { on: 'slow' }))
    // @ts-expect-error ... which are numbers
    lines.pipe(crossover())
  })

  it('a topic that is not read, a parameter that is not declared or of another type', () => {
    // @ts-expect-error the pipeline reads no trades
    pipeline({ name: 'unread', reads: { quotes }, graph: ({ trades }) => trades })

    const named = { name: 'named', reads: { quotes } }
    // @ts-expect-error there is no parameter 'lenght'
    pipeline({ ...named, params: { length: 2 }, graph: (_flows, { lenght }) => priced.pipe(sma({ length: lenght })) })
    // @ts-expect-error the length is a text
    pipeline({ ...named, params: { length: '2' }, graph: (_flows, { length }) => priced.pipe(sma({ length })) })
  })

  it('a strategy that does not end in intents', () => {
    const lines = priced.pipe(together(x => ({ fast: x, slow: x, price: x }), { on: 'slow' }))
    const targets = lines.pipe(crossover(), fixedSize({ lots: 1 }))
    const intents = targets.pipe(marketOrder({ timeInForce: 'IOC' }))
    // @ts-expect-error it ends in targets
    strategy({ name: 'sized', reads: { quotes }, graph: () => targets })
    expectTypeOf(strategy({ name: 'routed', reads: { quotes }, graph: () => intents })).toEqualTypeOf<Strategy>()
  })
})
