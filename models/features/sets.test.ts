import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AnyOperator, Flow } from '../../engine/flow/flow.ts'
import { type Columns, compile, type Graph } from '../../engine/flow/graph.ts'
import { type Expander, isExpander, type Kernel } from '../../engine/flow/kernel.ts'
import { lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { close } from '../../operators/bars/close.ts'
import { chanceOf } from '../chance.ts'
import { lookAhead } from '../leaks/look-ahead.ts'
import { type FeatureSet, featureSet, part, type Source } from './feature-set.ts'
import { featureSets } from './index.ts'
import type { Vector } from './vector.ts'

const MINUTE = 60_000_000
const MONDAY = 1_704_067_200_000_000

type Row = Readonly<Record<string, number | string>> & { readonly at: number }
type Regime = 'walk' | 'flat' | 'gap'

/** Trades, or quotes, about three a minute; a bar each minute. A flat market stands still in the middle fifth. */
const marketOf = (source: Source, { seed = 1, regime = 'walk' as Regime } = {}): readonly Row[] => {
  const chance = chanceOf(seed)
  const count = source === 'bars' ? 1500 : 4500
  let [at, price] = [MONDAY, 100]
  return Array.from({ length: count }, (_, i) => {
    const isStill = regime === 'flat' && Math.floor((5 * i) / count) === 2
    const step = (): number => (isStill ? 0 : (chance() + chance() - 1) / 200)
    const open = price
    at += source === 'bars' ? MINUTE : Math.ceil(chance() * 40_000_000)
    if (regime === 'gap' && i === count >> 1) at += 3 * 24 * 60 * MINUTE
    price *= 1 + step()
    const size = isStill ? 0 : Math.floor(chance() * 9)
    const side = chance() < 0.5 ? 'buy' : 'sell'
    if (source === 'trades') return { at, price, size, side }
    if (source === 'quotes') return { at, bid: price, ask: price * 1.0001, bidSize: size, askSize: size }
    const [high, low] = [Math.max(open, price) * (1 + Math.abs(step())), Math.min(open, price) * (1 - Math.abs(step()))]
    return { at, start: at - MINUTE, open, high, low, close: price, volume: size, count: 1 + size }
  })
}

const columnsOf = (rows: readonly Row[], keyOf = (_row: number): number => 0): Columns => ({
  at: Float64Array.from(rows, ({ at }) => at),
  key: Uint16Array.from(rows, (_, i) => keyOf(i)),
  keys: ['A', 'B'],
  columns: Object.fromEntries(Object.keys(rows[0]!).map(name => [name, rows.map(row => row[name])])),
})

/** A vector as it came: of which key, at which time. */
type Found = readonly [key: string, at: number, ...values: number[]]

const started = (set: FeatureSet, source: Source): { readonly graph: Graph; readonly found: Found[] } => {
  const found: Found[] = []
  const graph = compile(set.over(source).build(), {
    output: ({ at, values }, { name }) => found.push([name, at, ...values]),
  })
  return { graph, found }
}

const drive = (graph: Graph, rows: Columns, size: number, [from, to] = [0, rows.at.length]): void => {
  for (let row = from; row < to; row += size) graph.drive(rows, row, Math.min(row + size, to))
}

const vectorsOf = (set: FeatureSet, source: Source, rows: readonly Row[], size = 4096): readonly Found[] => {
  const { graph, found } = started(set, source)
  drive(graph, columnsOf(rows), size)
  return found
}

const digestOf = (found: readonly Found[]): string => {
  const hash = createHash('sha256')
  for (const [key, ...numbers] of found) hash.update(key).update(Float64Array.from(numbers))
  return hash.digest('hex').slice(0, 32)
}

/** Bit for bit; all numbers are only written out where they differ. */
const expectSame = (found: readonly Found[], expected: readonly Found[]): void => {
  if (digestOf(found) !== digestOf(expected)) expect(found).toEqual(expected)
}

/** One operator behind the other, each on its own: the values that come out for an input. */
type Step = (at: number, input: unknown) => readonly unknown[]

const stepOf = ({ part }: AnyOperator): Step => {
  if (part.type !== 'kernel') throw new Error(`a ${part.type} is no kernel`)
  const { kernel } = part
  const state = kernel.init()
  if (!isExpander(kernel)) {
    return (_at, input) => [(kernel as Kernel<unknown, unknown, unknown>).step(state, input)].filter(isValue)
  }
  const { step, tick } = kernel as Expander<unknown, unknown, unknown>
  return (at, input) => {
    const out: unknown[] = []
    const emit = (value: unknown): void => void out.push(structuredClone(value))
    tick?.(state, at as never, emit)
    step(state, input, emit)
    return out
  }
}

const isValue = (value: unknown): boolean => value !== undefined && !Number.isNaN(value)

const chained = (operators: readonly AnyOperator[]): Step => {
  const steps = operators.map(stepOf)
  return (at, input) =>
    steps.reduce<readonly unknown[]>((inputs, step) => inputs.flatMap(one => step(at, one)), [input])
}

/** The vectors as each operator gives its numbers when it is alone with the events, in a loop of a few lines. */
const byHand = (set: FeatureSet, source: Source, rows: readonly Row[]): readonly Found[] => {
  const { operators } = set.over(source).build().out
  const place = operators.findIndex(({ part }) => part.type === 'together')
  const { part: lockstep } = operators[place]!
  if (lockstep.type !== 'together') throw new Error('no lockstep')
  const events = chained(operators.slice(0, place))
  const members = lockstep.members.map(({ name, operators }) => ({ name, step: chained(operators) }))
  const last = stepOf(operators[place + 1]!)
  const record: Record<string, unknown> = {}
  const found: Found[] = []
  for (const row of rows) {
    for (const event of events(row.at, row)) {
      for (const { name, step } of members)
        for (const value of step(row.at, event)) record[name] = structuredClone(value)
      if (Object.keys(record).length < members.length) continue
      for (const { at, values } of last(row.at, record) as Vector[]) found.push(['A', at, ...values])
    }
  }
  return found
}

const schemas: Readonly<Record<string, string>> = {
  gaps: 'version 1, 27 features, 8678c0416fa3e97f6a330e5d36a67683',
  market: 'version 1, 131 features, 904bc8f68c534050409bb597782b5843',
  'market-original': 'version 1, 41 features, 0968d518aaf89033de1cf2848ef2d5a6',
  'market-prices': 'version 1, 116 features, f1971e5dac6786bf8d42a5db7a475bc3',
  oracle: 'version 1, 6 features, 676cd7fdc5df6bfb91b91055c634f011',
}

const cases = Object.values(featureSets).flatMap(set => set.sources.map(source => ({ set, name: set.name, source })))

describe('the schema of each set', () => {
  it('is what models were trained on: a new hash is a new version', () => {
    const found = Object.values(featureSets).map(({ name, version, features, hash }) => [
      name,
      `version ${version}, ${features.length} features, ${hash}`,
    ])
    expect(Object.fromEntries(found)).toEqual(schemas)
  })

  it('is told by the name that the set is listed under', () => {
    expect(Object.entries(featureSets).map(([key, { name }]) => [key, name])).toEqual(
      Object.keys(featureSets).map(key => [key, key]),
    )
  })
})

describe.each(cases)('$name over $source', ({ set, source }) => {
  const rows = marketOf(source)
  const whole = vectorsOf(set, source, rows)

  it('gives the numbers of each operator alone, bit for bit, as float32', () => {
    expect(whole.length).toBeGreaterThan(1000)
    expectSame(whole, byHand(set, source, rows))
    expect(digestOf(whole)).toMatchSnapshot()
  })

  it.each([1, 7, 333])('gives the same in blocks of %i rows', size => {
    expectSame(vectorsOf(set, source, rows, size), whole)
  })

  it('carries on from a snapshot as if nothing had been', () => {
    for (const cut of [150, 999]) {
      const [first, second] = [started(set, source), started(set, source)]
      drive(first.graph, columnsOf(rows), 100, [0, cut])
      second.graph.restore(first.graph.snapshot())
      drive(second.graph, columnsOf(rows), 100, [cut, rows.length])
      expectSame([...first.found, ...second.found], whole)
    }
  })

  it('keeps two keys apart', () => {
    const other = marketOf(source, { seed: 2 })
    const mixed = rows.flatMap((row, i) => [row, other[i]!])
    const { graph, found } = started(set, source)
    drive(
      graph,
      columnsOf(mixed, row => row % 2),
      4096,
    )
    const of = (key: string): readonly Found[] =>
      found.filter(([name]) => name === key).map(([, ...rest]) => ['A', ...rest])
    expectSame(of('A'), whole)
    expectSame(of('B'), vectorsOf(set, source, other))
  })

  it('has its first vector no earlier than it says', () => {
    if (set.warmup === null) return
    const [first] = vectorsOf(set, 'bars', marketOf('bars'))
    expect((first![1] - MONDAY) / MINUTE).toBeGreaterThanOrEqual(set.warmup)
  })

  it.each(['flat', 'gap'] as const)('gives finite numbers on a %s market, and goes on behind it', regime => {
    const found = vectorsOf(set, source, marketOf(source, { regime }))
    expect(found.flat().every(value => typeof value === 'string' || Number.isFinite(value))).toBe(true)
    expect(found.length).toBeGreaterThan(0.95 * whole.length)
  })
})

/** Features that came to know more when the tape went on. */
const suspectsOf = (setOf: (tape: readonly Row[]) => FeatureSet, source: Source): readonly string[] => {
  const rows = marketOf(source)
  const { features } = setOf(rows)
  const make = (count: number) => {
    const tape = rows.slice(0, count)
    const found = vectorsOf(setOf(tape), source, tape)
    const column = (i: number) => Float32Array.from(found, ([, , ...values]) => values[i]!)
    return { now: tape.at(-1)!.at, at: found.map(([, at]) => at), features: features.map((_, i) => column(i)) }
  }
  const names = features.map(({ name }) => name)
  return lookAhead(names, make, [700, 1201, rows.length]).flatMap(({ features }) => features)
}

describe('the future', () => {
  it.each(cases)('is not known to $name over $source', ({ set, source }) => {
    expect(suspectsOf(() => set, source)).toEqual([])
  })

  it('is found where a feature looks ahead', () => {
    const ahead = (tape: readonly Row[]) =>
      lift<{ bars: number }, Bar, number>({
        ...{ name: 'ahead', warmup: 1, init: () => ({ bars: 0 }) },
        step: state => Number((tape[++state.bars] ?? tape.at(-1)!).close),
      })
    const cheat = (tape: readonly Row[]): FeatureSet =>
      featureSet({
        ...{ name: 'cheat', version: 1, needs: 'bars', spanMs: 60_000 },
        parts: [
          part('price', (bar: Flow<Bar>) => ({ close: bar.pipe(close()), next: bar.pipe(ahead(tape)) }), {
            close: { unit: 'quote currency', take: ({ close }) => close },
            nextClose: { unit: 'quote currency', take: ({ next }) => next },
          }),
        ],
      })
    expect(suspectsOf(cheat, 'bars')).toEqual(['nextClose'])
  })
})
