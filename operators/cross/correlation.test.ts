import { describe, expect, it } from 'vitest'
import { asOf } from '../../engine/flow/as-of.ts'
import { map } from '../../engine/flow/map.ts'
import { pipeline } from '../../engine/flow/pipeline.ts'
import { together } from '../../engine/flow/together.ts'
import { ALL_KEYS } from '../../engine/market/account.ts'
import type { Quote } from '../../engine/market/quote.ts'
import type { Topic } from '../../engine/market/topic.ts'
import { quotes } from '../../engine/market/topics.ts'
import { market } from '../../engine/testing/operator/market.ts'
import { running } from '../../engine/testing/operator/running.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { simpleReturn } from '../returns/simple-return.ts'
import { correlation, correlationStep } from './correlation.ts'

describe('correlation', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('correlation(6)', run(correlationStep({ length: 6 }), inputsOf<Pair>('pairs')))).toBeLessThan(1e-12)
  })

  it('is silent where one of the two is flat', () => {
    const flat = Array.from({ length: 9 }, (_, i) => ({ price: 5 + i * i, other: 0.1 }))
    expect(run(correlationStep({ length: 3 }), flat)).toEqual([])
  })

  it('keeps small moves at a large price, and forgets a bad tick', () => {
    const moves = [3, 1, 4, 1, 5, 9, 2, 6].map((x, i) => ({ price: x, other: x * ((i % 3) - 1) }))
    const far = moves.map(({ price, other }) => ({ price: 1e9 + price * 2 ** -13, other: 1e9 + other * 2 ** -13 }))
    const [near] = run(correlationStep({ length: 8 }), moves)
    expect(run(correlationStep({ length: 8 }), [{ price: 1e15, other: 1 }, ...far]).at(-1)).toBeCloseTo(near!, 12)
  })

  it('refuses a length that is no whole number of inputs, or too short', () => {
    expect(() => correlationStep({ length: 1 })).toThrow('at least 2, found 1')
    expect(() => correlationStep({ length: 4.5 })).toThrow('found 4.5')
  })

  it('hears two instruments in one pipeline, as the page of the operators shows', () => {
    const index: Topic<Quote> = { name: 'index', schema: { ...quotes.schema, id: 9_902 } }
    const graph = pipeline({
      name: 'held-against',
      reads: { quotes, index },
      graph: ({ quotes, index }) =>
        quotes.pipe(
          asOf(index, { maxAgeMs: 5_000 }),
          map('pair', ({ left, right }) => ({ price: left.bid, other: right.bid })),
          together(
            pair => ({
              price: pair.pipe(
                map('own', ({ price }) => price),
                simpleReturn({ lag: 1 }),
              ),
              other: pair.pipe(
                map('index', ({ other }) => other),
                simpleReturn({ lag: 1 }),
              ),
            }),
            { on: 'price' },
          ),
          correlation({ length: 6 }),
        ),
    }).build()
    const { feed, outputs } = running(graph, 'fused')
    const moments = market({ seed: 1, count: 20 }).map(({ at, price, other }) => ({
      at,
      price: +price!,
      other: +other!,
    }))
    for (const { at, price, other } of moments) {
      feed({ topic: 'index', key: ALL_KEYS, record: { at, bid: other, ask: other } as never })
      feed({ topic: 'quotes', key: 'A', record: { at, bid: price, ask: price } as never })
    }
    const returns = moments.slice(1).map(({ price, other }, i) => ({
      price: (price - moments[i]!.price) / moments[i]!.price,
      other: (other - moments[i]!.other) / moments[i]!.other,
    }))
    expect(outputs.map(({ value }) => value)).toEqual(run(correlationStep({ length: 6 }), returns))
    expect(outputs).toHaveLength(14)
  })
})
