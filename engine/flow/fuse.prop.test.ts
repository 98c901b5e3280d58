import fc from 'fast-check'
import { expect, it } from 'vitest'
import { close } from '../../operators/bars/close.ts'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { mid } from '../../operators/book/mid.ts'
import { conflate } from '../../operators/hygiene/conflate.ts'
import { debounce } from '../../operators/hygiene/debounce.ts'
import { ema } from '../../operators/indicators/ema.ts'
import { logReturn } from '../../operators/indicators/log-return.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import { ALL_KEYS } from '../market/account.ts'
import { type Quote, quote } from '../market/quote.ts'
import { quotes } from '../market/topics.ts'
import type { Micros } from '../market/units.ts'
import { market } from '../testing/operator/market.ts'
import { movingOutputsOf, outputsOf } from '../testing/operator/running.ts'
import { type Arrival, CLOCK } from '../testing/operator/tape.ts'
import type { Flow } from './flow.ts'
import { keyBy } from './key-by.ts'
import { map } from './map.ts'
import { pipeline } from './pipeline.ts'
import { tap } from './tap.ts'
import { together } from './together.ts'

/** Two keys, bursts, and time that passes now and then. */
const tape: readonly Arrival[] = market({ seed: 1, count: 300 }).flatMap(({ at, bid, ask, bidSize }, i) => [
  { topic: quotes.name, key: i % 3 ? 'A' : 'B', record: { ...quote({ at, bid: Number(bid), ask: Number(ask) }) } },
  ...(bidSize === 0 ? [{ topic: CLOCK, key: ALL_KEYS, record: { at: (at + 1) as Micros } }] : []),
])

type Numbers = Flow<number>
type Extend = (flow: Numbers, serial: number) => Numbers

/** A stretch of a line from numbers to numbers, with a name of its own. */
const stretch: fc.Arbitrary<Extend> = fc.letrec<{ stretch: Extend; line: Extend }>(tie => ({
  stretch: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 1, max: 9 }).map(
      (length): Extend =>
        (x, n) =>
          x.pipe(ema({ length }).as(`ema${n}`)),
    ),
    fc.integer({ min: 2, max: 9 }).map(
      (length): Extend =>
        (x, n) =>
          x.pipe(zScore({ length }).as(`z${n}`)),
    ),
    fc.constant<Extend>((x, n) =>
      x.pipe(
        logReturn().as(`return${n}`),
        map(`up${n}`, r => 100 + r),
      ),
    ),
    fc.constant<Extend>((x, n) => x.pipe(map(`odd${n}`, v => (Math.floor(v * 1e4) % 2 ? v : Number.NaN)))),
    fc.constant<Extend>((x, n) => x.pipe(tap<number>(`tap${n}`))),
    fc.integer({ min: 1, max: 9 }).map(
      (s): Extend =>
        (x, n) =>
          x.pipe(timeBars({ spanMs: 1000 * s }).as(`bars${n}`), close().as(`close${n}`)),
    ),
    fc.tuple(tie('line'), tie('line')).map(
      ([on, other]): Extend =>
        (x, n) => {
          const pair = together((y: Numbers) => ({ on: on(y, 10 * n), other: other(y, 10 * n + 1), bare: y }), {
            on: 'on',
          })
          return x.pipe(
            pair.as(`pair${n}`),
            map(`sum${n}`, p => p.on + p.other + p.bare),
          )
        },
    ),
  ),
  line: fc.array(tie('stretch'), { maxLength: 3 }).map(
    (parts): Extend =>
      (x, n) =>
        parts.reduce((flow, part, i) => part(flow, 10 * n + i), x),
  ),
})).line

const heads: readonly ((flow: Flow<Quote>) => Numbers)[] = [
  q => q.pipe(mid()),
  q => q.pipe(conflate({ withinMs: 700 }), mid()),
  q => q.pipe(debounce({ quietMs: 400 }), mid()),
  q =>
    q.pipe(
      mid(),
      keyBy((price: number) => (price > 1024 ? 'high' : 'low')),
    ),
  q =>
    q.pipe(
      conflate({ withinMs: 700 }),
      mid(),
      keyBy((price: number) => (price > 1024 ? 'high' : 'low')),
    ),
]

it('fused, plain and moved at every cut, any graph gives the same values', () => {
  let values = 0
  const property = fc.property(fc.constantFrom(...heads), stretch, stretch, (head, first, second) => {
    const graph = ({ quotes }: { readonly quotes: Flow<Quote> }) => second(first(head(quotes), 1), 2)
    const built = pipeline({ name: 'any', reads: { quotes }, graph }).build()
    const fused = outputsOf(built, tape, 'fused')
    expect(outputsOf(built, tape, 'plain')).toEqual(fused)
    expect(movingOutputsOf(built, tape)).toEqual(fused)
    values += fused.length
  })
  fc.assert(property, { seed: 1, numRuns: 60 })
  expect(values).toBeGreaterThan(2_000)
})
