import { of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { mid } from '../../operators/book/mid.ts'
import { conflate } from '../../operators/hygiene/conflate.ts'
import { adx } from '../../operators/indicators/adx.ts'
import { sma } from '../../operators/indicators/sma.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import { quote } from '../market/quote.ts'
import { quotes } from '../market/topics.ts'
import { market } from '../testing/operator/market.ts'
import { type Mode, running } from '../testing/operator/running.ts'
import type { Arrival } from '../testing/operator/tape.ts'
import type { Flow } from './flow.ts'
import type { Operator } from './lift.ts'
import { map } from './map.ts'
import { pipeline } from './pipeline.ts'
import { together } from './together.ts'

const tape = market({ seed: 1, count: 400 }).map(({ at, bid, ask }) =>
  quote({ at, bid: Number(bid), ask: Number(ask) }),
)

const inGraph = <Out>(operator: Operator<(typeof tape)[number], Out>, mode: Mode): unknown[] => {
  const run = running(
    pipeline({ name: 't', reads: { quotes }, graph: ({ quotes }) => quotes.pipe(operator) }).build(),
    mode,
  )
  for (const record of tape) run.feed({ topic: 'quotes', key: 'A', record } as unknown as Arrival)
  return run.outputs.map(({ value }) => value)
}

const inRx = <Out>(operator: Operator<(typeof tape)[number], Out>): unknown[] => {
  const values: unknown[] = []
  of(...tape)
    .pipe(operator)
    .subscribe(value => values.push(structuredClone(value)))
  return values
}

type Quotes = Flow<(typeof tape)[number]>

const composed: Readonly<Record<string, Operator<(typeof tape)[number], unknown>>> = {
  'numbers of one rhythm': together(
    (q: Quotes) => ({ fast: q.pipe(mid(), sma({ length: 2 })), slow: q.pipe(mid(), sma({ length: 9 })) }),
    { on: 'slow' },
  ),
  'a member that is the input itself': together((q: Quotes) => ({ q, z: q.pipe(mid(), zScore({ length: 5 })) }), {
    on: 'z',
  }),
  'bars beside ticks': together(
    (q: Quotes) => ({
      bar: q.pipe(mid(), timeBars({ spanMs: 5_000 })),
      adx: q.pipe(mid(), timeBars({ spanMs: 3_000 }), adx({ length: 2 })),
      price: q.pipe(mid()),
    }),
    { on: 'price' },
  ),
  'on bars': together((q: Quotes) => ({ price: q.pipe(mid()), bar: q.pipe(mid(), timeBars({ spanMs: 5_000 })) }), {
    on: 'bar',
  }),
  'a record that its kernel goes on filling': together(
    (q: Quotes) => ({ group: q.pipe(conflate({ withinMs: 5_000 })), price: q.pipe(mid()) }),
    { on: 'price' },
  ),
  'one together in another': together(
    (q: Quotes) => ({
      pair: q.pipe(
        mid(),
        together((price: Flow<number>) => ({ price, mean: price.pipe(sma({ length: 3 })) }), { on: 'mean' }),
      ),
      z: q.pipe(mid(), zScore({ length: 4 })),
    }),
    { on: 'z' },
  ),
}

describe('together', () => {
  it.each(Object.entries(composed))('fused, plain and RxJS give the same records: %s', (_name, operator) => {
    const fused = inGraph(operator, 'fused')
    expect(fused.length).toBeGreaterThan(20)
    expect(inGraph(operator, 'plain')).toEqual(fused)
    expect(inRx(operator)).toEqual(fused)
  })

  const pair = together(
    (x: Flow<number>) => ({ x, mean: x.pipe(sma({ length: 2 })), odd: x.pipe(map('odd', n => (n % 2 ? n : NaN))) }),
    { on: 'x' },
  )

  it('gives one record per event of the member it goes by, never a half-updated one', () => {
    const records: unknown[] = []
    of(1, 2, 3, 4)
      .pipe(pair)
      .subscribe(record => records.push(record))
    expect(records).toEqual([
      { x: 2, mean: 1.5, odd: 1 },
      { x: 3, mean: 2.5, odd: 3 },
      { x: 4, mean: 3.5, odd: 3 },
    ])
  })

  it('ends with its source, and with the error of a member', () => {
    const ends: unknown[] = []
    const fussy = together(
      (x: Flow<number>) => ({
        x,
        fussy: x.pipe(
          map('fussy', n => {
            if (n === 2) throw new Error('not two')
            return n
          }),
        ),
      }),
      { on: 'x' },
    )
    of(1)
      .pipe(fussy)
      .subscribe({ complete: () => ends.push('complete') })
    const source = new Subject<number>()
    source.pipe(fussy).subscribe({ error: error => ends.push(error) })
    for (const x of [1, 2, 3]) source.next(x)
    expect(ends).toEqual(['complete', new Error('not two')])
    expect(source.observed).toBe(false)
  })

  it('refuses a member that does not start from its input, and names that are none', () => {
    const outside = { origin: { type: 'entry' }, operators: [] } as unknown as Flow<number>
    expect(() => together(() => ({ outside }), { on: 'outside' })).toThrow("member 'outside' must start from the input")
    expect(() => together((x: Flow<number>) => ({ 'a-b': x }), { on: 'a-b' })).toThrow("identifier, found 'a-b'")
    expect(() => together((x: Flow<number>) => ({ x }), { on: 'y' as 'x' })).toThrow("no member is called 'y'")
  })
})
