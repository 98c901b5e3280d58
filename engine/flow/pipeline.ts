import { assert } from '../assert.ts'
import { MillraceError } from '../errors.ts'
import type { Intent } from '../market/order.ts'
import type { Stamped, Topic } from '../market/topic.ts'
import { type Flow, flowOf } from './flow.ts'

type Topics = Readonly<Record<string, Topic<Stamped>>>
type Flows<Reads> = { readonly [Name in keyof Reads]: Reads[Name] extends Topic<infer T> ? Flow<T> : never }

/** Numbers, texts and switches that a run may override; the default gives the type. */
export type Params = Readonly<Record<string, number | string | boolean>>
/** The literal types of defaults, widened: 20 is a number. */
type Widened<P> = {
  readonly [Name in keyof P]: P[Name] extends number ? number : P[Name] extends string ? string : boolean
}

/** A declared graph of operators: from the topics it reads to one output flow. Plain data. */
export interface Pipeline<Out = unknown> {
  readonly name: string
  readonly params: Params
  readonly reads: readonly Topic<Stamped>[]
  /** Those that it cannot do without; none: it takes what comes. */
  readonly instruments: readonly string[]
  readonly out: Flow<Out>
}

/** A pipeline before its parameters are chosen. */
export interface Definition<Out = unknown> {
  readonly name: string
  /** The defaults. */
  readonly params: Params
  /** The graph with these parameters over the defaults. Fails with Defect ASSERT where an operator refuses one. */
  build(overrides?: Params): Pipeline<Out>
}

/** A definition whose output is what to do: intents. */
export type Strategy = Definition<Intent>

export interface PipelineOptions<Reads extends Topics, P extends Params, Out> {
  readonly name: string
  readonly reads: Reads
  readonly params?: P
  /** The instruments that the graph names, so that a run without them can say so. Default: none. */
  readonly instruments?: (params: Widened<P>) => readonly string[]
  readonly graph: (flows: Flows<Reads>, params: Widened<P>) => Flow<Out>
}

/** Declares a strategy: what it reads, its numbers, its line of operators down to intents. */
export const strategy = <Reads extends Topics, P extends Params>(
  options: PipelineOptions<Reads, P, Intent>,
): Strategy => pipeline(options)

/**
 * Declares any other pipeline, whatever it gives out.
 *
 * @example
 * pipeline({ name: 'mids', reads: { quotes }, graph: ({ quotes }) => quotes.pipe(mid()) }).build()
 */
export const pipeline = <Reads extends Topics, P extends Params, Out>({
  name,
  reads,
  params,
  instruments,
  graph,
}: PipelineOptions<Reads, P, Out>): Definition<Out> => {
  assert(/^[a-z][a-z0-9-]*$/.test(name), `a pipeline's name is lower case with dashes, found '${name}'`)
  const flows = Object.fromEntries(Object.entries(reads).map(([key, topic]) => [key, flowOf(topic)])) as Flows<Reads>
  return {
    name,
    params: params ?? {},
    build(overrides = {}) {
      const chosen = { ...params, ...checked(name, params ?? {}, overrides) }
      const named = chosen as Widened<P>
      const out = whole(name, graph(flows, named))
      return { name, params: chosen, reads: Object.values(reads), instruments: instruments?.(named) ?? [], out }
    },
  }
}

/** A graph in plain JavaScript may forget its return. */
const whole = <Out>(name: string, out: Flow<Out> | undefined): Flow<Out> => {
  if (Array.isArray(out?.operators)) return out!
  const found = out === undefined ? 'nothing' : `a ${typeof out}`
  throw new MillraceError('FLOW_GRAPH', `the graph of ${name} gives back ${found}; expected: a flow`)
}

/** Unknown names and other types are refused by name, with what would be right. */
const checked = (name: string, defaults: Params, overrides: Params): Params => {
  for (const [key, value] of Object.entries(overrides)) {
    const expected = Object.hasOwn(defaults, key) ? defaults[key] : undefined
    if (expected === undefined) {
      const known = Object.keys(defaults).join(', ') || 'none'
      throw new MillraceError('FLOW_PARAM', `${name} has no parameter '${key}'; it has: ${known}`)
    }
    if (typeof value !== typeof expected || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new MillraceError('FLOW_PARAM', `${name}: parameter '${key}' is a ${typeof expected}, found '${value}'`)
    }
  }
  return overrides
}
