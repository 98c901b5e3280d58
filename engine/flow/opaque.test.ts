import { bufferCount, distinctUntilChanged, map as mapped, mergeMap, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { mid } from '../../operators/book/mid.ts'
import { sma } from '../../operators/indicators/sma.ts'
import { quote } from '../market/quote.ts'
import { quotes } from '../market/topics.ts'
import { running } from '../testing/operator/running.ts'
import type { Arrival } from '../testing/operator/tape.ts'
import { type Definition, pipeline } from './pipeline.ts'

const at = (second: number, price: number, key = 'A'): Arrival => ({
  topic: 'quotes',
  key,
  record: { ...quote({ at: second * 1_000_000, bid: price, ask: price }) },
})

const run = (definition: Definition, mode: 'fused' | 'plain', ...arrivals: readonly Arrival[]) => {
  const made = running(definition.build(), mode)
  for (const arrival of arrivals) made.feed(arrival)
  return made
}

const moves = pipeline({
  name: 'moves',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes
      .pipe(mid())
      .rx('moves', prices => prices.pipe(distinctUntilChanged()))
      .pipe(sma({ length: 2 })),
})

describe.each(['fused', 'plain'] as const)('any RxJS operator in a %s graph', mode => {
  it('is one node, with a subscription per key', () => {
    const arrivals = [at(0, 1), at(1, 9, 'B'), at(2, 1), at(3, 3), at(4, 3), at(5, 5), at(6, 11, 'B')]
    const { graph, outputs } = run(moves, mode, ...arrivals)
    expect(outputs).toEqual([
      { key: 'A', at: 3_000_000, value: 2 },
      { key: 'A', at: 5_000_000, value: 4 },
      { key: 'B', at: 6_000_000, value: 10 },
    ])
    expect(graph.counts()[1]).toEqual({ id: 'moves', name: 'rx(moves)', in: 7, out: 5 })
  })

  it('may answer with many values or none, and says no value as others do', () => {
    const many = pipeline({
      name: 'many',
      reads: { quotes },
      graph: ({ quotes }) =>
        quotes.pipe(mid()).rx('many', prices =>
          prices.pipe(
            bufferCount(2),
            mergeMap(pair => of(...pair, Number.NaN)),
          ),
        ),
    })
    const { outputs } = run(many, mode, at(0, 1), at(1, 2), at(2, 3))
    expect(outputs.map(({ value }) => value)).toEqual([1, 2])
  })

  it('fails in the row that failed', () => {
    const fussy = pipeline({
      name: 'fussy',
      reads: { quotes },
      graph: ({ quotes }) =>
        quotes.pipe(mid()).rx('fussy', prices =>
          prices.pipe(
            mapped(price => {
              if (price === 3) throw new Error('not three')
              return price
            }),
          ),
        ),
    })
    const made = run(fussy, mode, at(0, 1))
    expect(() => made.feed(at(1, 3))).toThrow('not three')
  })

  it('refuses to be saved, by name', () => {
    const { graph } = run(moves, mode, at(0, 1))
    const refusal = { code: 'FLOW_OPAQUE', message: "moves: the state of 'moves' lives in RxJS and cannot be saved" }
    expect(() => graph.snapshot()).toThrow(expect.objectContaining(refusal))
  })
})
