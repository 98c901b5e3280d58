import type { Params, Pipeline } from './pipeline.ts'
import { type Link, type Plan, planOf } from './plan.ts'

/** A pipeline as data, for pictures, checks and people. Topics stand in edges as `topic:quotes`, nodes by their id. */
export interface Description {
  readonly name: string
  readonly params: Params
  /** The topic whose records are stepped. */
  readonly source: string
  readonly nodes: readonly DescribedNode[]
  readonly edges: readonly Edge[]
  /** The node whose values leave the pipeline; the source when there is none. */
  readonly out: string
}

export interface DescribedNode {
  /** Path of ids: 'together/z/zScore'. */
  readonly id: string
  /** With parameters: 'zScore(20)'. */
  readonly name: string
  readonly kind: 'kernel' | 'expander' | 'together' | 'keyBy' | 'tap' | 'rx'
  /** Which key space its state lives in: 0 is the key of the event, each `keyBy` opens the next. */
  readonly segment: number
  /** Inputs before the first output. */
  readonly warmup: number
  /** Inputs until the value no longer shows where the history began; null for kernels that are not recursive. */
  readonly settle: number | null
  /** The topics that change its state between steps. */
  readonly hears: readonly string[]
}

export interface Edge {
  readonly from: string
  readonly to: string
  /** `ear`: is heard between steps. `tap`: is published. */
  readonly type: 'flow' | 'ear' | 'tap'
  /** The member of a together that arrives here. */
  readonly member?: string
}

/** The graph of a pipeline, in the order in which its nodes are stepped. Fails as building the graph does. */
export const describe = (pipeline: Pipeline): Description => {
  const plan = planOf(pipeline)
  const draft: Draft = { plan, nodes: [], edges: [] }
  const source = topic(plan.source.name)
  const out = follow(draft, plan.links, source)
  for (const ear of plan.ears) {
    const end = follow(draft, ear.links, topic(ear.topic.name))
    draft.edges.push({ from: end, to: ear.node.id, type: 'ear' })
  }
  const { nodes, edges } = draft
  return { name: plan.name, params: pipeline.params, source: plan.source.name, nodes, edges, out }
}

interface Draft {
  readonly plan: Plan
  readonly nodes: DescribedNode[]
  readonly edges: Edge[]
}

const topic = (name: string): string => `topic:${name}`

/** Walks a line from where its values come; where they end. */
const follow = (draft: Draft, links: readonly Link[], from: string): string =>
  links.reduce((last, link) => {
    const { id } = link.node
    draft.nodes.push(nodeOf(draft.plan, link))
    if (link.type === 'together') {
      for (const { name, links } of [...link.members, link.on])
        draft.edges.push({ from: follow(draft, links, last), to: id, type: 'flow', member: name })
    } else draft.edges.push({ from: last, to: id, type: 'flow' })
    if (link.type === 'tap') draft.edges.push({ from: id, to: topic(link.topic), type: 'tap' })
    return id
  }, from)

const nodeOf = (plan: Plan, link: Link): DescribedNode => {
  const { id, name, segment, opaque } = link.node
  const kernel = 'kernel' in link ? link.kernel : null
  const hears = plan.ears.filter(ear => ear.node === link.node).map(ear => ear.topic.name)
  const kind = opaque ? 'rx' : link.type
  return { id, name, kind, segment, warmup: kernel?.warmup ?? 1, settle: kernel?.settle ?? null, hears }
}

/**
 * The picture of a description, for any Mermaid viewer.
 *
 * ```text
 * flowchart TD
 *   t0(["quotes"])
 *   n0["mid"]
 *   t0 --> n0
 *   n0 --> out(["out"])
 * ```
 */
export const mermaid = ({ source, nodes, edges, out }: Description): string => {
  const ends = [topic(source), ...edges.flatMap(({ from, to }) => [from, to])]
  const topics = [...new Set(ends.filter(end => end.startsWith('topic:')))]
  const place = (end: string): string =>
    end.startsWith('topic:') ? `t${topics.indexOf(end)}` : `n${nodes.findIndex(({ id }) => id === end)}`
  return [
    'flowchart TD',
    ...topics.map(name => `  ${place(name)}(["${shown(name.slice('topic:'.length))}"])`),
    ...nodes.map(({ id, name, kind }) => `  ${place(id)}${shapes[kind][0]}"${shown(name)}"${shapes[kind][1]}`),
    ...edges.map(({ from, to, type, member }) => `  ${place(from)} ${arrowOf(type, member)} ${place(to)}`),
    `  ${place(out)} --> out(["out"])`,
    '',
  ].join('\n')
}

const shapes: Readonly<Record<DescribedNode['kind'], readonly [open: string, close: string]>> = {
  kernel: ['[', ']'],
  expander: ['[[', ']]'],
  together: ['{{', '}}'],
  keyBy: ['{', '}'],
  tap: ['>', ']'],
  rx: ['[/', '/]'],
}

const arrowOf = (type: Edge['type'], member: string | undefined): string => {
  if (type !== 'flow') return '-.->'
  return member === undefined ? '-->' : `-->|${shown(member)}|`
}

const shown = (text: string): string => text.replaceAll('"', '#quot;')
