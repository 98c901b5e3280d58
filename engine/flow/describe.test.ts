import { describe, expect, it } from 'vitest'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { mid } from '../../operators/book/mid.ts'
import { conflate } from '../../operators/hygiene/conflate.ts'
import { ema } from '../../operators/indicators/ema.ts'
import { marketOrder } from '../../operators/routing/market-order.ts'
import { quotes, trades } from '../market/topics.ts'
import type { Lots } from '../market/units.ts'
import { asOf } from './as-of.ts'
import { describe as described, mermaid } from './describe.ts'
import { keyBy } from './key-by.ts'
import { map } from './map.ts'
import { pipeline } from './pipeline.ts'
import { tap } from './tap.ts'
import { together } from './together.ts'

const crossing = pipeline({
  name: 'crossing',
  reads: { quotes },
  params: { fast: 3 },
  graph: ({ quotes }, { fast }) =>
    quotes.pipe(
      conflate({ withinMs: 10 }),
      mid(),
      together(
        price => ({ price, fast: price.pipe(ema({ length: fast })), bar: price.pipe(timeBars({ spanMs: 1000 })) }),
        { on: 'fast' },
      ),
      tap('lines'),
      map('target', ({ fast, price }: { fast: number; price: number }) => ({
        lots: (fast > price ? 1 : 0) as Lots,
        price,
      })),
      marketOrder({ timeInForce: 'IOC' }),
    ),
}).build({ fast: 5 })

describe('describe', () => {
  const description = described(crossing)

  it('says what a pipeline is called, reads, and gives', () => {
    const { name, params, source, out } = description
    expect({ name, params, source, out }).toEqual({
      name: 'crossing',
      params: { fast: 5 },
      source: 'quotes',
      out: 'marketOrder',
    })
  })

  it('lists nodes in their order, each with its kind and what it waits and listens for', () => {
    const lines = description.nodes.map(({ id, name, kind, warmup }) => `${id}: ${kind} ${name}, ${warmup}`)
    expect(lines).toEqual([
      'conflate: expander conflate(10), 1',
      'mid: kernel mid, 1',
      'together: together together(price, fast, bar), 1',
      'together/bar/timeBars: expander timeBars(1000), 1',
      'together/fast/ema: kernel ema(5), 5',
      'lines: tap tap(lines), 1',
      'target: kernel target, 1',
      'marketOrder: kernel marketOrder(IOC), 1',
    ])
    expect(description.nodes.at(-1)).toMatchObject({ hears: ['fills', 'order-updates'], settle: null })
    expect(description.nodes.find(({ id }) => id === 'together/fast/ema')).toMatchObject({ settle: 97, hears: [] })
  })

  it('lists edges: lines, members, ears and taps', () => {
    const lines = description.edges.map(({ from, to, type, member }) => `${from} ${member ?? type} ${to}`)
    expect(lines).toEqual([
      'topic:quotes flow conflate',
      'conflate flow mid',
      'mid price together',
      'mid flow together/bar/timeBars',
      'together/bar/timeBars bar together',
      'mid flow together/fast/ema',
      'together/fast/ema fast together',
      'together flow lines',
      'lines tap topic:lines',
      'lines flow target',
      'target flow marketOrder',
      'topic:fills ear marketOrder',
      'topic:order-updates ear marketOrder',
    ])
  })

  it('is JSON', () => {
    expect(JSON.parse(JSON.stringify(description))).toEqual(description)
  })

  it('follows keys, joins and opaque parts', () => {
    const joined = pipeline({
      name: 'joined',
      reads: { trades, quotes },
      graph: ({ trades, quotes }) =>
        trades
          .pipe(
            asOf(quotes.pipe(conflate({ withinMs: 5 })), { maxAgeMs: 10 }),
            keyBy(({ left }) => left.side),
            map('price', ({ left }) => left.price),
          )
          .rx('same', prices => prices),
    })
    const { nodes, edges } = described(joined.build())
    expect(nodes.map(({ id, kind, segment }) => `${id} ${kind} ${segment}`)).toEqual([
      'asOf kernel 0',
      'keyBy keyBy 0',
      'price kernel 1',
      'same rx 1',
      'asOf/quotes/conflate expander 0',
    ])
    expect(edges.slice(-2)).toEqual([
      { from: 'topic:quotes', to: 'asOf/quotes/conflate', type: 'flow' },
      { from: 'asOf/quotes/conflate', to: 'asOf', type: 'ear' },
    ])
  })

  it('describes a pipeline without operators', () => {
    const bare = pipeline({ name: 'bare', reads: { quotes }, graph: ({ quotes }) => quotes })
    expect(described(bare.build())).toMatchObject({ nodes: [], edges: [], out: 'topic:quotes' })
    expect(mermaid(described(bare.build()))).toBe('flowchart TD\n  t0(["quotes"])\n  t0 --> out(["out"])\n')
  })
})

describe('mermaid', () => {
  it('draws it', () => {
    expect(mermaid(described(crossing))).toBe(`flowchart TD
  t0(["quotes"])
  t1(["lines"])
  t2(["fills"])
  t3(["order-updates"])
  n0[["conflate(10)"]]
  n1["mid"]
  n2{{"together(price, fast, bar)"}}
  n3[["timeBars(1000)"]]
  n4["ema(5)"]
  n5>"tap(lines)"]
  n6["target"]
  n7["marketOrder(IOC)"]
  t0 --> n0
  n0 --> n1
  n1 -->|price| n2
  n1 --> n3
  n3 -->|bar| n2
  n1 --> n4
  n4 -->|fast| n2
  n2 --> n5
  n5 -.-> t1
  n5 --> n6
  n6 --> n7
  t2 -.-> n7
  t3 -.-> n7
  n7 --> out(["out"])
`)
  })
})
