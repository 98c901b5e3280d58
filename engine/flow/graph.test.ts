import { describe, expect, it } from 'vitest'
import { close } from '../../operators/bars/close.ts'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { mid } from '../../operators/book/mid.ts'
import { conflate } from '../../operators/hygiene/conflate.ts'
import { sma } from '../../operators/indicators/sma.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import { ALL_KEYS } from '../market/account.ts'
import { type Quote, quote } from '../market/quote.ts'
import { accounts, fills, quotes } from '../market/topics.ts'
import type { Micros } from '../market/units.ts'
import { running } from '../testing/operator/running.ts'
import type { Arrival } from '../testing/operator/tape.ts'
import type { Flow } from './flow.ts'
import { compile } from './graph.ts'
import { ear, type Kernel } from './kernel.ts'
import { keyBy } from './key-by.ts'
import { lift } from './lift.ts'
import { map } from './map.ts'
import { type Definition, pipeline } from './pipeline.ts'
import { decodeState, encodeState } from './state.ts'
import { tap } from './tap.ts'
import { together } from './together.ts'

const at = (ms: number, price: number, key = 'A'): Arrival => ({
  topic: quotes.name,
  key,
  record: { ...quote({ at: ms * 1000, bid: price, ask: price }) },
})
const passed = (ms: number): Arrival => ({ topic: 'clock', key: ALL_KEYS, record: { at: (ms * 1000) as Micros } })
const heard = (topic: string, key: string, record: object): Arrival => ({ topic, key, record: record as never })

/** Balance plus price: knows an account by its ear. */
const worth = (): Kernel<{ balance: number }, number, number> => ({
  name: 'worth',
  warmup: 1,
  init: () => ({ balance: Number.NaN }),
  hears: [
    ear(accounts, (state: { balance: number }, { balance }) => {
      state.balance = balance
    }),
  ],
  step: (state, price) => state.balance + price,
})

const define = (graph: (flows: { readonly quotes: Flow<Quote> }) => Flow<unknown>) =>
  pipeline({ name: 'test', reads: { quotes }, graph })

const means = define(({ quotes }) => quotes.pipe(mid(), sma({ length: 2 })))
const worths = define(({ quotes }) => quotes.pipe(mid(), lift(worth())))

describe.each(['fused', 'plain'] as const)('a %s graph', mode => {
  const run = (definition: Definition, ...arrivals: readonly Arrival[]) => {
    const made = running(definition.build(), mode)
    for (const arrival of arrivals) made.feed(arrival)
    return made
  }
  const valuesOf = (definition: Definition, ...arrivals: readonly Arrival[]): unknown[] =>
    run(definition, ...arrivals).outputs.map(({ value }) => value)

  it('gives values with their key and their time', () => {
    const { outputs, graph } = run(means, at(0, 1), at(1, 9, 'B'), at(2, 3), at(3, 11, 'B'))
    expect(outputs).toEqual([
      { key: 'A', at: 2000, value: 2 },
      { key: 'B', at: 3000, value: 10 },
    ])
    expect([graph.mode, graph.key('A'), graph.key('B')]).toEqual([
      mode,
      { name: 'A', index: 0 },
      { name: 'B', index: 1 },
    ])
  })

  it('ignores topics that nobody reads or hears', () => {
    expect(valuesOf(means, heard('news', 'A', { at: 0 }), heard(fills.name, 'A', { at: 0 }))).toEqual([])
  })

  it('publishes at a tap without cutting the line', () => {
    const tapped: unknown[] = []
    const definition = define(({ quotes }) => quotes.pipe(mid(), tap('mids'), sma({ length: 2 })))
    const graph = compile(definition.build(), {
      mode,
      output: value => tapped.push(value),
      tap: (topic, value, { name }) => tapped.push([topic, value, name]),
    })
    for (const { topic, key, record } of [at(0, 1), at(1, 3)]) graph.push(topic, key, record)
    expect(tapped).toEqual([['mids', 1, 'A'], ['mids', 3, 'A'], 2])
  })

  it('hears what is said to a key, and to every key, later ones too', () => {
    const arrivals = [
      at(0, 1),
      heard('accounts', 'A', { at: 0, balance: 10 }),
      at(1, 1),
      at(1, 1, 'B'),
      heard('accounts', ALL_KEYS, { at: 0, balance: 20 }),
      at(2, 1),
      at(2, 1, 'B'),
      at(2, 1, 'C'),
    ]
    expect(valuesOf(worths, ...arrivals)).toEqual([11, 21, 21, 21])
  })

  it('hears at an ear that is kept as at a push, and has none for what it reads', () => {
    const { feed, graph, outputs } = run(worths)
    const [hear, deaf] = [graph.ear('accounts'), graph.ear('news')]
    for (const name of ['A', 'B']) hear(graph.key(name), { at: 0, balance: name === 'A' ? 10 : 20 } as never)
    deaf(graph.key('A'), { at: 0, balance: 30 } as never)
    for (const name of ['B', 'A']) feed(at(1, 1, name))
    expect(outputs.map(({ value }) => value)).toEqual([21, 11])
    expect(() => graph.ear('quotes')).toThrow(/test reads 'quotes': push its records/)
  })

  it('hears through a flow of its own', () => {
    const quoted = (): Kernel<{ other: number }, number, number> => ({
      name: 'quoted',
      warmup: 1,
      init: () => ({ other: Number.NaN }),
      hears: [
        ear(doubled, (state: { other: number }, value) => {
          state.other = value
        }),
      ],
      step: (state, price) => state.other - price,
    })
    const source = pipeline({ name: 's', reads: { accounts }, graph: ({ accounts }) => accounts.pipe(twice()) })
    const twice = () => map('twice', ({ balance }: { balance: number }) => 2 * balance)
    const doubled = source.build().out
    const definition = define(({ quotes }) => quotes.pipe(mid(), lift(quoted())))
    const account = heard('accounts', 'A', { at: 0, balance: 4 })
    expect(valuesOf(definition, account, at(0, 1))).toEqual([7])
  })

  describe('behind keyBy', () => {
    const bySide = define(({ quotes }) =>
      quotes.pipe(
        mid(),
        keyBy((price: number) => (price < 10 ? 'low' : 'high')),
        sma({ length: 2 }),
      ),
    )
    const worthBySide = define(({ quotes }) =>
      quotes.pipe(
        mid(),
        keyBy((price: number) => (price < 10 ? 'low' : 'high')),
        lift(worth()),
      ),
    )

    it('has a state per key of the value, across keys of the events', () => {
      const { outputs } = run(bySide, at(0, 1), at(1, 20, 'B'), at(2, 3, 'B'), at(3, 30))
      expect(outputs).toEqual([
        { key: 'low', at: 2000, value: 2 },
        { key: 'high', at: 3000, value: 25 },
      ])
    })

    it('hears under its own keys, and what is said to every key, later ones too', () => {
      const arrivals = [
        at(0, 1),
        heard('accounts', 'low', { at: 0, balance: 100 }),
        at(1, 1),
        at(1, 20),
        heard('accounts', ALL_KEYS, { at: 0, balance: 200 }),
        at(2, 1),
        at(2, 20),
      ]
      expect(valuesOf(worthBySide, ...arrivals)).toEqual([101, 201, 220])
    })

    it('hears under its own keys at an ear that is kept', () => {
      const { feed, graph, outputs } = run(worthBySide)
      graph.ear('accounts')(graph.key('low'), { at: 0, balance: 100 } as never)
      for (const arrival of [at(1, 1), at(1, 20)]) feed(arrival)
      expect(outputs.map(({ value }) => value)).toEqual([101])
    })

    it('hears what was said to every key before its first key came', () => {
      expect(valuesOf(worthBySide, heard('accounts', ALL_KEYS, { at: 0, balance: 200 }), at(0, 1))).toEqual([201])
    })

    it('sees time pass', () => {
      const bars = define(({ quotes }) =>
        quotes.pipe(
          mid(),
          keyBy((price: number) => (price < 10 ? 'low' : 'high')),
          timeBars({ spanMs: 1 }),
          close(),
        ),
      )
      const { outputs } = run(bars, at(0, 1), at(0.5, 20), passed(1))
      expect(outputs).toEqual([
        { key: 'low', at: 1000, value: 1 },
        { key: 'high', at: 1000, value: 20 },
      ])
    })

    it('refuses a key that is no text', () => {
      const wrong = define(({ quotes }) => quotes.pipe(keyBy(() => 5 as unknown as string)))
      expect(() => run(wrong, at(0, 1))).toThrow(expect.objectContaining({ code: 'ASSERT' }))
    })

    it('stands in the main line only', () => {
      const nested = define(({ quotes }) =>
        quotes.pipe(
          together(
            q => ({
              k: q.pipe(
                keyBy(() => 'k'),
                mid(),
              ),
            }),
            { on: 'k' },
          ),
        ),
      )
      expect(() => run(nested)).toThrow("keyBy stands in the main line only, found it at 'together/k/keyBy'")
    })
  })

  describe('as time passes', () => {
    const bars = define(({ quotes }) => quotes.pipe(mid(), timeBars({ spanMs: 10 })))
    const conflated = define(({ quotes }) => quotes.pipe(conflate({ withinMs: 1 }), mid(), timeBars({ spanMs: 10 })))

    it('lets every key see it', () => {
      const { outputs } = run(bars, at(0, 1), at(1, 2, 'B'), passed(9), passed(10))
      expect(outputs).toMatchObject([
        { key: 'A', at: 10_000, value: { close: 1 } },
        { key: 'B', at: 10_000, value: { close: 2 } },
      ])
    })

    it('gives what was held back at its own time', () => {
      const { outputs } = run(conflated, at(2, 1), passed(3), passed(12))
      expect(outputs).toMatchObject([{ at: 12_000, value: { start: 0, at: 10_000, close: 1 } }])
    })

    it('does not overtake what is still held back: no span has two bars', () => {
      const { outputs } = run(conflated, at(5, 1), at(9.5, 7), passed(10), passed(11), passed(20))
      expect(outputs).toMatchObject([{ at: 11_000, value: { start: 0, close: 7, count: 2 } }])
    })

    it('waits in a side line only for what is held back there', () => {
      const sides = define(({ quotes }) =>
        quotes.pipe(
          together(
            q => ({
              slow: q.pipe(conflate({ withinMs: 50 }), mid()),
              bar: q.pipe(mid(), timeBars({ spanMs: 10 })),
            }),
            { on: 'bar' },
          ),
        ),
      )
      const { outputs } = run(sides, at(0, 1), at(55, 2), passed(60))
      expect(outputs).toMatchObject([
        { at: 55_000, value: { slow: 1, bar: { close: 1 } } },
        { at: 60_000, value: { slow: 1, bar: { close: 2 } } },
      ])
    })

    it('waits behind keyBy for what any key holds back before it', () => {
      const merged = define(({ quotes }) =>
        quotes.pipe(
          conflate({ withinMs: 1 }),
          mid(),
          keyBy(() => 'all'),
          timeBars({ spanMs: 10 }),
        ),
      )
      const { outputs } = run(merged, at(5, 1), at(9.5, 7), at(9.6, 8, 'B'), passed(10), passed(11), passed(20))
      expect(outputs).toMatchObject([{ at: 11_000, value: { start: 0, close: 8, count: 3 } }])
    })
  })

  describe('driven by blocks', () => {
    const rows = [at(0, 1), at(1, 9, 'B'), at(2, 3), at(3, 11, 'B'), at(4, 5)]
    const block = {
      at: Float64Array.from(rows, ({ record }) => record.at),
      key: Uint16Array.from(rows, ({ key }) => 'AB'.indexOf(key)),
      keys: ['A', 'B'],
      columns: Object.fromEntries(
        ['bid', 'ask', 'bidSize', 'askSize'].map(name => [
          name,
          Float64Array.from(rows, ({ record }) => Number(record[name])),
        ]),
      ),
    }

    it('gives what its rows give, wherever it is cut', () => {
      const whole = run(means, ...rows).outputs
      for (let cut = 0; cut <= rows.length; cut++) {
        const { graph, outputs } = run(means)
        graph.drive(block, 0, cut)
        graph.drive(block, cut, rows.length)
        expect(outputs).toEqual(whole)
      }
    })

    it('takes each block by the keys it has now: a reader fills one list of keys again and again', () => {
      const { graph, outputs } = run(means)
      const keys = [...block.keys]
      const drive = (...names: readonly string[]): void => {
        keys.splice(0, keys.length, ...names)
        graph.drive({ ...block, keys }, 0, 3)
      }
      drive('A', 'B')
      const saved = graph.snapshot()
      drive('B', 'C')
      graph.restore(saved)
      drive('B', 'C')
      expect(outputs.map(({ key, value }) => `${key} ${value}`)).toEqual(['A 2', 'B 5', 'B 2', 'B 5', 'B 2'])
    })

    it('calls ahead of each row of a watched key, until it is watched no more', () => {
      const { graph } = run(means)
      const seen: string[] = []
      graph.watch(graph.key('A'), true)
      graph.drive(block, 0, rows.length, (key, record: { readonly at: number; readonly bid: number }) => {
        seen.push(`${key.name} at ${record.at}: ${record.bid}, row ${graph.row()}`)
        graph.watch(key, record.at < 2000)
      })
      expect(seen).toEqual(['A at 0: 1, row 0', 'A at 2000: 3, row 2'])
    })

    it('says which row failed', () => {
      const fussy = define(({ quotes }) =>
        quotes.pipe(
          mid(),
          map('fussy', (price: number) => {
            if (price === 11) throw new Error('not eleven')
            return price
          }),
        ),
      )
      const { graph, outputs } = run(fussy)
      expect(() => graph.drive(block, 1, rows.length)).toThrow('not eleven')
      expect([graph.row(), outputs.length]).toEqual([3, 2])
    })

    it('hears a row before it is stepped when a graph listens to the topic it reads', () => {
      const self: Kernel<{ last: number }, number, number> = {
        name: 'self',
        warmup: 1,
        init: () => ({ last: Number.NaN }),
        hears: [
          ear(quotes, (state: { last: number }, { bid }) => {
            state.last = bid
          }),
        ],
        step: (state, price) => state.last - price,
      }
      const definition = define(({ quotes }) => quotes.pipe(mid(), lift(self)))
      const { graph, outputs } = run(definition)
      graph.drive(block, 0, rows.length)
      expect(outputs.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0])
      expect(run(definition, ...rows).outputs).toEqual(outputs)
    })
  })

  describe('counts', () => {
    it('what went into each node and what came out', () => {
      const definition = define(({ quotes }) =>
        quotes.pipe(
          conflate({ withinMs: 1 }),
          mid(),
          together(price => ({ price, z: price.pipe(zScore({ length: 2 })) }), { on: 'price' }),
          tap('pairs'),
          map('big', ({ z }: { z: number }) => (z > 0 ? z : Number.NaN)),
        ),
      )
      const { graph } = run(definition, at(0, 1), at(0.5, 2), at(3, 1), at(6, 4), at(9, 5), at(12, 5))
      expect(graph.counts().map(count => `${count.id} ${count.in} ${count.out}`)).toEqual([
        'conflate 6 4',
        'mid 4 4',
        'together 4 3',
        'together/z/zScore 4 3',
        'pairs 3 3',
        'big 3 2',
      ])
    })
  })

  describe('saved and restored', () => {
    const definition = define(({ quotes }) =>
      quotes.pipe(
        mid(),
        together(price => ({ price, bar: price.pipe(timeBars({ spanMs: 2 })) }), { on: 'price' }),
        map('sum', ({ price, bar }: { price: number; bar: { close: number } }) => price + bar.close),
        lift(worth()),
      ),
    )
    const before = [heard('accounts', ALL_KEYS, { at: 0, balance: 100 }), at(0, 1), at(1, 2), at(2, 3)]
    const after = [at(3, 4), at(4, 5), at(4, 6, 'new'), at(7, 6, 'new'), at(9, 6, 'new')]

    it('goes on as it would have, through bytes, new keys and counts too', () => {
      const first = run(definition, ...before)
      const bytes = encodeState(first.graph.snapshot())
      const second = run(definition, at(0, 50), at(0, 60, 'other'))
      second.outputs.length = 0
      second.graph.restore(decodeState(bytes) as never)
      first.outputs.length = 0
      for (const arrival of after) for (const { feed } of [first, second]) feed(arrival)
      expect(first.outputs.length).toBe(4)
      expect(second.outputs).toEqual(first.outputs)
      expect(second.graph.counts()).toEqual(first.graph.counts())
      expect(encodeState(second.graph.snapshot())).toEqual(encodeState(first.graph.snapshot()))
    })

    it('keeps what was, while the graph goes on', () => {
      const { graph, feed } = run(definition, ...before)
      const snapshot = graph.snapshot()
      const bytes = encodeState(snapshot)
      for (const arrival of after) feed(arrival)
      expect(encodeState(snapshot)).toEqual(bytes)
    })

    it('is the same, not copied, while the graph stands still', () => {
      const { graph, feed } = run(definition, ...before)
      expect(encodeState(graph.state())).toEqual(encodeState(graph.snapshot()))
      for (const arrival of after) feed(arrival)
      expect(encodeState(graph.state())).toEqual(encodeState(graph.snapshot()))
    })

    it('serves two graphs that do not touch', () => {
      const listing: Kernel<{ all: number[] }, number, number> = {
        name: 'listing',
        warmup: 1,
        init: () => ({ all: [] }),
        step: ({ all }, price) => all.push(price),
      }
      const lists = define(({ quotes }) => quotes.pipe(mid(), lift(listing)))
      const snapshot = run(lists, at(0, 1)).graph.snapshot()
      const [one, other] = [run(lists), run(lists)]
      for (const { graph } of [one, other]) graph.restore(snapshot)
      one.feed(at(1, 1))
      other.feed(at(1, 1))
      expect([one.outputs, other.outputs].map(([output]) => output!.value)).toEqual([2, 2])
    })

    it('refuses other parameters, missing nodes and unknown nodes, by name', () => {
      const { graph } = run(means)
      const refusal = (other: Definition) => () => graph.restore(run(other).graph.snapshot())
      const longer = define(({ quotes }) => quotes.pipe(mid(), sma({ length: 3 })))
      expect(refusal(longer)).toThrow("node 'sma' was sma(3) and is sma(2)")
      expect(refusal(define(({ quotes }) => quotes.pipe(mid())))).toThrow("node 'sma' is not in it")
      const more = define(({ quotes }) =>
        quotes.pipe(
          mid(),
          sma({ length: 2 }),
          map('more', (x: number) => x),
        ),
      )
      expect(refusal(more)).toThrow("it has a node 'more' that the graph does not have")
      expect(refusal(more)).toThrow(expect.objectContaining({ code: 'FLOW_SNAPSHOT', family: 'fault' }))
    })
  })

  it('refuses two nodes of one name, and takes them under two', () => {
    const twice = define(({ quotes }) => quotes.pipe(mid(), sma({ length: 2 }), sma({ length: 3 })))
    expect(() => run(twice)).toThrow("two nodes are called 'sma'; name one of them: sma(...).as('another-id')")
    const named = define(({ quotes }) => quotes.pipe(mid(), sma({ length: 2 }), sma({ length: 3 }).as('slow')))
    expect(run(named).graph.plan.nodes.map(({ id }) => id)).toEqual(['mid', 'sma', 'slow'])
    expect(() => sma({ length: 2 }).as('a/b')).toThrow("a node id is letters, digits, '-' and '_', found 'a/b'")
  })

  it('holds as many keys as it says', () => {
    const { graph } = run(define(({ quotes }) => quotes.pipe(mid())))
    for (let key = 0; key < 65_536; key++) graph.key(`K${key}`)
    expect(() => graph.key('one more')).toThrow('at most 65536 keys in one graph')
  })

  it('takes no part in what an earlier graph of the same pipeline saw', () => {
    const built = means.build()
    const first = running(built, mode)
    const second = running(built, mode)
    first.feed(at(0, 1))
    for (const arrival of [at(1, 3), at(2, 5)]) second.feed(arrival)
    expect(second.outputs.map(({ value }) => value)).toEqual([4])
  })
})

it('a graph generates its code where it may', () => {
  expect(compile(means.build(), { output: () => undefined }).mode).toBe('fused')
})
