import { MillraceError } from '../errors.ts'
import type { KeyState } from './driver.ts'
import type { GraphSnapshot } from './graph.ts'
import type { Plan } from './plan.ts'
import { type Running, stateOf } from './running.ts'
import { fill } from './state.ts'

/** All state of a graph, shared with it. */
export const snapshotOf = (self: Running): GraphSnapshot => {
  const opaque = self.plan.nodes.find(node => node.opaque)
  if (opaque) {
    throw new MillraceError(
      'FLOW_OPAQUE',
      `${self.plan.name}: the state of '${opaque.id}' lives in RxJS and cannot be saved`,
    )
  }
  const stateful = (segment: number, state: KeyState) =>
    Object.fromEntries(self.plan.nodes.filter(n => n.segment === segment).map(n => [n.id, state[`n${n.index}`]]))
  const rows = self.ports.segments.map((states, segment) =>
    [...states.values()].map(state => [state.key.name, stateful(segment, state)] as const),
  )
  return {
    pipeline: self.plan.name,
    nodes: Object.fromEntries(self.plan.nodes.map(node => [node.id, node.name])),
    segments: rows,
    broadcast: [...self.broadcast],
    counts: [self.rows, self.ports.stops.slice(), self.ports.emits.slice()],
  }
}

/** Puts a snapshot into the graph, in place of all that it knew. */
export const restore = (self: Running, snapshot: GraphSnapshot): void => {
  compare(self.plan, snapshot)
  self.states.length = 0
  self.driven.length = 0
  self.broadcast.clear()
  for (const [segment, entries] of snapshot.segments.entries()) {
    self.ports.segments[segment]!.clear()
    for (const [key, saved] of entries) {
      const state = stateOf(self, segment, key)
      for (const node of self.plan.nodes) {
        if (node.segment === segment) state[`n${node.index}`] = fill(state[`n${node.index}`], saved[node.id])
      }
    }
  }
  for (const [topic, record] of snapshot.broadcast) self.broadcast.set(topic, record)
  self.rows = snapshot.counts[0]
  self.ports.stops.set(snapshot.counts[1])
  self.ports.emits.set(snapshot.counts[2])
}

/** The same nodes with the same parameters, or a refusal that names the first difference. */
const compare = (plan: Plan, snapshot: GraphSnapshot): void => {
  const refuse = (what: string): never => {
    throw new MillraceError('FLOW_SNAPSHOT', `${plan.name}: the snapshot does not fit the graph: ${what}`)
  }
  for (const node of plan.nodes) {
    const saved = snapshot.nodes[node.id]
    if (saved === undefined) refuse(`node '${node.id}' is not in it`)
    if (saved !== node.name) refuse(`node '${node.id}' was ${saved} and is ${node.name}`)
  }
  const known = new Set(plan.nodes.map(node => node.id))
  const gone = Object.keys(snapshot.nodes).find(id => !known.has(id))
  if (gone !== undefined) refuse(`it has a node '${gone}' that the graph does not have`)
}
