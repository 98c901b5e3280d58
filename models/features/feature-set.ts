import { createHash } from 'node:crypto'
import { assert } from '../../engine/assert.ts'
import type { AnyOperator, Flow } from '../../engine/flow/flow.ts'
import type { Lifted, Operator } from '../../engine/flow/lift.ts'
import { map } from '../../engine/flow/map.ts'
import { type Definition, pipeline } from '../../engine/flow/pipeline.ts'
import { type Together, together } from '../../engine/flow/together.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Quote } from '../../engine/market/quote.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import { bars, quotes, trades } from '../../engine/market/topics.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { mid } from '../../operators/book/mid.ts'
import { type Chain, chainOf, enoughFor, readBy } from './chain.ts'
import { type Vector, vector } from './vector.ts'

/** What a number tells of, as people group them. */
export type Category = 'price' | 'technical' | 'volume' | 'time' | 'volatility' | 'statistical' | 'pattern'

export interface Feature {
  readonly name: string
  readonly category: Category
  readonly unit: string
  /** Why it should not go into a model; null when it may. */
  readonly warning: string | null
  /** The members that it is taken from. */
  readonly from: readonly string[]
  /** Events of the set until it has a value, at the earliest; null where it waits for bars among trades. */
  readonly warmup: number | null
  /** Events until it no longer shows where the history began; null where it always will, or as above. */
  readonly settle: number | null
}

/** What a set can be made from: `prices` are bars whose volume is not looked at. */
export interface Needs {
  readonly trades: Trade
  readonly bars: Bar
  readonly prices: Bar
}

/** The topics that hold a market. */
export type Source = 'trades' | 'bars' | 'quotes'

/** A vector of numbers for models, declared once for training and for serving. */
export interface FeatureSet {
  readonly name: string
  /** Raised with each change of a value, a name, a unit or the order. */
  readonly version: number
  /** In the order of the vector. */
  readonly features: readonly Feature[]
  /** What the numbers are made from: operators with their parameters, in the order of each chain. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /**
   * Of the operators, and of the names, units and order of the numbers, 32 hex digits: what a model was trained on and
   * what it is served must have the same.
   */
  readonly hash: string
  /** What the set can be made from. */
  readonly sources: readonly Source[]
  /** Events until the first vector, at the earliest; null where a feature waits for bars among trades. */
  readonly warmup: number | null
  /** The graph from a topic to vectors, one per key and event. Fails: Defect ASSERT for a topic that has not enough. */
  over(source: Source): Definition<Vector>
}

export interface FeatureSetOptions<Need extends keyof Needs> {
  readonly name: string
  readonly version: number
  readonly needs: Need
  /** Span of the bars, where they are made here, milliseconds. */
  readonly spanMs: number
  /** In the order of the vector. Two parts may have a member in common: the same chain under the same name. */
  readonly parts: readonly Part<Needs[Need]>[]
}

/** Some numbers of one category, and the operators that they are made from. */
export interface Part<In> {
  readonly category: Category
  readonly members: (input: Flow<In>) => Readonly<Record<string, Flow<unknown>>>
  readonly features: Readonly<Record<string, FeatureOf<never>>>
}

/** How a number is made, and what it is. */
export interface FeatureOf<Members> {
  readonly unit: string
  readonly take: (members: Members) => number
  readonly warning?: string
}

/** Declares a part. What `take` needs of the event itself is a member, too. */
export const part = <In extends Stamped, Members extends Readonly<Record<string, Flow<unknown>>>>(
  category: Category,
  members: (input: Flow<In>) => Members,
  features: Readonly<Record<string, FeatureOf<Together<Members>>>>,
): Part<In> => ({ category, members, features })

/**
 * Declares a set: its operators, stepped in one lockstep pass at each event, and the numbers that are taken from them.
 * They become float32 as the last step, in training and in serving alike.
 *
 * A member that has no value for an event (a ratio on a flat market) holds its last one; before each has one there is
 * no vector, and none while a number is not finite.
 */
export const featureSet = <Need extends keyof Needs>(options: FeatureSetOptions<Need>): FeatureSet => {
  const { name, version, needs, spanMs, parts } = options
  const lockstep = together((event: Flow<Needs[Need]>) => ({ ...membersOf(parts, event), at: event.pipe(at()) }), {
    on: 'at',
  })
  const chains = chainsOf(lockstep)
  const declared = parts.flatMap(({ category, features }) =>
    Object.entries(features).map(([name, feature]) => ({ ...feature, name, category })),
  )
  const features = declared.map(feature => featureOf(feature, chains))
  assert(new Set(features.map(({ name }) => name)).size === features.length, `${name}: a name is given twice`)
  const sources = sourcesOf[needs]
  const members = Object.fromEntries(Object.entries(chains).map(([name, { operators }]) => [name, operators]))
  return {
    ...{ name, version, features, members, sources, warmup: enoughFor(features.map(({ warmup }) => warmup)) },
    hash: hashOf({ name, version, needs, spanMs, members, features: features.map(identityOf) }),
    over(source) {
      assert(sources.includes(source), `${name} is made from ${sources.join(' or ')}, found ${source}`)
      return pipeline({
        name: `features-${name}`,
        reads: { topic: topics[source] },
        graph: ({ topic }) => {
          const input = needs === 'trades' ? topic : barsOf(topic as Flow<Stamped>, source, spanMs)
          const takes = declared.map(({ take }) => take)
          return (input as Flow<Needs[Need]>).pipe(lockstep as Operator<Needs[Need], never>, vector(name, takes))
        },
      })
    },
  }
}

const at = (): Lifted<Stamped, number> => map('at', ({ at }) => at)

const topics = { trades, bars, quotes }

const membersOf = <In>(parts: readonly Part<In>[], input: Flow<In>): Readonly<Record<string, Flow<unknown>>> => {
  const all: Record<string, Flow<unknown>> = {}
  for (const [name, member] of parts.flatMap(part => Object.entries(part.members(input)))) {
    const known = all[name] && chainOf(all[name].operators).operators.join()
    const chain = chainOf(member.operators).operators.join()
    assert(name !== 'at', `a member cannot be called 'at': that is the time of the event`)
    assert(known === undefined || known === chain, `two members are called '${name}': ${known} and ${chain}`)
    all[name] = member
  }
  return all
}

const chainsOf = ({ part }: Pick<AnyOperator, 'part'>): Readonly<Record<string, Chain>> => {
  const members = part.type === 'together' ? part.members : []
  return Object.fromEntries(members.map(({ name, operators }) => [name, chainOf(operators)]))
}

type Declared = FeatureOf<never> & Pick<Feature, 'name' | 'category'>

const featureOf = (declared: Declared, chains: Readonly<Record<string, Chain>>): Feature => {
  const { name, category, unit, warning = null, take } = declared
  const from = readBy(take)
  const [warmups, settles] = [from.map(member => chains[member]!.warmup), from.map(member => chains[member]!.settle)]
  return { name, category, unit, warning, from, warmup: enoughFor(warmups), settle: enoughFor(settles) }
}

const sourcesOf: Readonly<Record<keyof Needs, readonly Source[]>> = {
  trades: ['trades'],
  bars: ['trades', 'bars'],
  prices: ['trades', 'bars', 'quotes'],
}

const barsOf = (topic: Flow<Stamped>, source: Source, spanMs: number): Flow<Bar> => {
  if (source === 'bars') return topic as Flow<Bar>
  if (source === 'trades') return (topic as Flow<Trade>).pipe(timeBars({ spanMs }))
  return (topic as Flow<Quote>).pipe(mid(), timeBars({ spanMs }))
}

/** What a model depends on; how people group it, and what they are told about it, may change. */
const identityOf = ({ name, unit, from }: Feature) => ({ name, unit, from })

const hashOf = (schema: object): string =>
  createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 32)
