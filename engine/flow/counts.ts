import type { Link, Plan } from './plan.ts'

/** What passed through one node. */
export interface NodeCount {
  readonly id: string
  readonly name: string
  readonly in: number
  readonly out: number
}

/**
 * Inputs and outputs of every node, derived: a row costs one increment at the node where it ends, not one per node.
 * Nodes that only serve an ear are not counted.
 */
export const countsOf = (plan: Plan, rows: number, stops: Float64Array, emits: Float64Array): readonly NodeCount[] => {
  const counts: NodeCount[] = []
  const through = (links: readonly Link[], incoming: number): number => {
    let flowing = incoming
    for (const link of links) {
      const at = counts.push({ id: link.node.id, name: link.node.name, in: flowing, out: flowing }) - 1
      flowing = after(link, flowing)
      counts[at] = { ...counts[at]!, out: flowing }
    }
    return flowing
  }
  const after = (link: Link, incoming: number): number => {
    const { index } = link.node
    if (link.type === 'kernel') return incoming - stops[index]!
    if (link.type === 'expander') return emits[index]!
    if (link.type !== 'together') return incoming
    for (const member of link.members) through(member.links, incoming)
    return through(link.on.links, incoming) - stops[index]!
  }
  through(plan.links, rows)
  return counts
}
