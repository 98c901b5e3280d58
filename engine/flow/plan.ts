import { assert } from '../assert.ts'
import type { Stamped, Topic } from '../market/topic.ts'
import { type AnyOperator, baseName, type Flow, type Origin, type Part } from './flow.ts'
import { type Ear, type Expander, isExpander, type Kernel } from './kernel.ts'
import { layout } from './layout.ts'
import { opaqueExpander } from './opaque.ts'
import type { Pipeline } from './pipeline.ts'

/** A node with its place: what drivers run and what snapshots, counters and pictures name. */
export interface Node {
  readonly index: number
  /** Path of ids: 'together/z/zScore'. Independent of parameters and of position. */
  readonly id: string
  /** With parameters: 'zScore(20)'. */
  readonly name: string
  /** Which key space its state lives in: 0 is the key of the event, each `keyBy` opens the next. */
  readonly segment: number
  /** True for `.rx`: state that nobody can save. */
  readonly opaque: boolean
  init(): unknown
}

export type Link =
  | { readonly type: 'kernel'; readonly node: Node; readonly kernel: Kernel<unknown, unknown, unknown> }
  | { readonly type: 'expander'; readonly node: Node; readonly kernel: Expander<unknown, unknown, unknown> }
  | { readonly type: 'together'; readonly node: Node; readonly members: readonly Branch[]; readonly on: Branch }
  | {
      readonly type: 'keyBy'
      readonly node: Node
      readonly keyOf: (value: unknown) => string
      readonly segment: number
    }
  | { readonly type: 'tap'; readonly node: Node; readonly topic: string }

export interface Branch {
  readonly name: string
  readonly links: readonly Link[]
}

/** What a node hears: the records of a topic, through a chain of their own. */
export interface EarPlan {
  readonly topic: Topic<Stamped>
  readonly node: Node
  readonly links: readonly Link[]
  readonly hear: (state: unknown, heard: unknown) => void
}

/** A pipeline with every node numbered and named: what both drivers are made from. */
export interface Plan {
  readonly name: string
  readonly source: Topic<Stamped>
  readonly links: readonly Link[]
  readonly nodes: readonly Node[]
  readonly ears: readonly EarPlan[]
  readonly segments: number
}

/** Numbers the nodes of a pipeline. Fails with Defect ASSERT on a duplicate id or a misplaced operator. */
export const planOf = (pipeline: Pipeline): Plan => {
  const draft: Draft = { name: pipeline.name, nodes: [], ears: [], ids: new Set(), segment: 0 }
  const source = topicOf(pipeline.out, pipeline.name)
  const links = chain(draft, pipeline.out.operators, '')
  return { name: pipeline.name, source, links, nodes: draft.nodes, ears: draft.ears, segments: draft.segment + 1 }
}

interface Draft {
  readonly name: string
  readonly nodes: Node[]
  readonly ears: EarPlan[]
  readonly ids: Set<string>
  segment: number
}

const chain = (draft: Draft, operators: readonly AnyOperator[], path: string): Link[] =>
  operators.map(({ part }) => link(draft, part, path))

const link = (draft: Draft, part: Part, path: string): Link => {
  const id = path + part.id
  switch (part.type) {
    case 'kernel':
      return kernelLink(draft, part.kernel as Kernel<unknown, unknown, unknown>, id)
    case 'rx': {
      const kernel = opaqueExpander(part.id, part.build)
      return {
        type: 'expander',
        node: add(draft, { id, name: `rx(${part.id})`, init: kernel.init, opaque: true }),
        kernel,
      }
    }
    case 'tap':
      return { type: 'tap', node: add(draft, { id, name: `tap(${part.topic})`, init: stateless }), topic: part.topic }
    case 'keyBy': {
      assert(path === '', `${draft.name}: keyBy stands in the main line only, found it at '${id}'`)
      const node = add(draft, { id, name: 'keyBy', init: stateless })
      draft.segment += 1
      return { type: 'keyBy', node, keyOf: part.keyOf as (value: unknown) => string, segment: draft.segment }
    }
    case 'together': {
      const latest = () => Object.fromEntries(part.members.map(member => [member.name, Number.NaN]))
      const name = `together(${part.members.map(member => member.name).join(', ')})`
      const node = add(draft, { id, name, init: latest })
      const branches = part.members.map(({ name, operators }) => ({
        name,
        links: chain(draft, operators, `${id}/${name}/`),
      }))
      const on = branches.find(branch => branch.name === part.on)!
      return { type: 'together', node, members: branches.filter(branch => branch !== on), on }
    }
  }
}

const kernelLink = (draft: Draft, kernel: Kernel<unknown, unknown, unknown>, id: string): Link => {
  const node = add(draft, { id, name: kernel.name, init: kernel.init })
  for (const ear of kernel.hears ?? []) draft.ears.push(earPlan(draft, node, ear as Ear<unknown>))
  if (!isExpander(kernel as never)) return { type: 'kernel', node, kernel }
  return { type: 'expander', node, kernel: kernel as unknown as Expander<unknown, unknown, unknown> }
}

const earPlan = (draft: Draft, node: Node, { from, hear }: Ear<unknown>): EarPlan => {
  const heardBy = hear as (state: unknown, heard: unknown) => void
  if (!('operators' in from)) return { topic: from, node, links: [], hear: heardBy }
  const topic = topicOf(from, node.id)
  return { topic, node, links: chain(draft, from.operators, `${node.id}/${topic.name}/`), hear: heardBy }
}

type NewNode = Pick<Node, 'id' | 'name' | 'init'> & { readonly opaque?: boolean }

const add = (draft: Draft, { id, name, init, opaque = false }: NewNode): Node => {
  const hint = `name one of them: ${baseName(name)}(...).as('another-id')`
  assert(!draft.ids.has(id), `${draft.name}: two nodes are called '${id}'; ${hint}`)
  draft.ids.add(id)
  const fresh = opaque ? init : () => layout(init())
  const node: Node = { index: draft.nodes.length, id, name, segment: draft.segment, opaque, init: fresh }
  draft.nodes.push(node)
  return node
}

const stateless = (): null => null

const topicOf = (from: Flow<unknown>, place: string): Topic<Stamped> => {
  const origin: Origin = from.origin
  assert(!('type' in origin), `${place}: a graph begins at a topic it reads, not inside a together`)
  return origin
}
