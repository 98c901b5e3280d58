import { assert } from '../assert.ts'
import { MillraceError } from '../errors.ts'
import { ALL_KEYS } from '../market/account.ts'
import type { Stamped } from '../market/topic.ts'
import type { Micros } from '../market/units.ts'
import { countsOf, type NodeCount } from './counts.ts'
import type { Driver, DriverPorts, Key, KeyState, Rows } from './driver.ts'
import { fuse } from './fuse.ts'
import { mayGenerate } from './generate.ts'
import type { Pipeline } from './pipeline.ts'
import { plain } from './plain.ts'
import { type Plan, planOf } from './plan.ts'
import { decodeState, encodeState, fill } from './state.ts'

export interface GraphOptions<Out> {
  /** Each value of the pipeline's output, borrowed. Its event time is `graph.time[0]`. */
  readonly output: (value: Out, key: Key) => void
  /** Each value of each tap, likewise. */
  readonly tap?: (topic: string, value: unknown, key: Key) => void
  /** `fused` is the default where code may be generated. */
  readonly mode?: 'fused' | 'plain'
}

/** The columns of a block, as far as a graph cares: fits `Block` of the log room. */
export interface Columns {
  readonly at: Float64Array
  readonly key: Uint16Array
  readonly keys: readonly string[]
  readonly columns: Readonly<Record<string, ArrayLike<unknown>>>
}

/** Ahead of a row of a watched key: what answers a venue gave. The record is the row about to be stepped, borrowed. */
export type Before = (key: Key, record: never) => void

/** A running pipeline: all state of all its keys. One event at a time, in order, to completion. */
export interface Graph {
  readonly plan: Plan
  readonly mode: 'fused' | 'plain'
  /** The key of that name, with its state made on first sight. */
  key(name: string): Key
  /** [0]: event time of the value that is being stepped or delivered, microseconds. */
  readonly time: Float64Array
  /** Whether `before` is called ahead of each row of the key. Not part of snapshots. */
  watch(key: Key, on: boolean): void
  /** The row that is being stepped: after a throw, the row that threw. */
  row(): number
  /** Steps rows [from, to) of a block of the topic the graph reads. */
  drive(block: Columns, from: number, to: number, before?: Before): void
  /** One record of any topic: what hears it hears, what reads it steps. `ALL_KEYS` reaches all, later keys too. */
  push(topic: string, key: string, record: Stamped): void
  /** `push` without its look-ups, for what answers the rows: a topic that is heard and not read, and a key at hand. */
  ear(topic: string): (key: Key, record: Stamped) => void
  /** Event time moves on for every key. */
  tick(now: Micros): void
  /** What passed through each node since the graph was built or restored. */
  counts(): readonly NodeCount[]
  /** All state, as plain data. Fails with Defect FLOW_OPAQUE when a node's state cannot be saved. */
  snapshot(): GraphSnapshot
  /** Continues from a snapshot of the same pipeline. Fails with Fault FLOW_SNAPSHOT when nodes or parameters differ. */
  restore(snapshot: GraphSnapshot): void
}

export interface GraphSnapshot {
  readonly pipeline: string
  /** Node id to kernel name with parameters: compared at restore. */
  readonly nodes: Readonly<Record<string, string>>
  /** Per segment, per key: node id to state. */
  readonly segments: readonly (readonly (readonly [string, Readonly<Record<string, unknown>>])[])[]
  /** The latest record that every key must hear, per topic. */
  readonly broadcast: readonly (readonly [string, Stamped])[]
  readonly counts: readonly [rows: number, stops: Float64Array, emits: Float64Array]
}

/** Most keys of one graph. */
export const KEYS_MAX = 65_536

let graphs = 0

/** Builds the running form of a pipeline. Build it once and keep it: its driver is compiled for it alone. */
export const compile = <Out>(pipeline: Pipeline<Out>, options: GraphOptions<Out>): Graph => {
  const plan = planOf(pipeline)
  const mode = options.mode ?? (mayGenerate() ? 'fused' : 'plain')
  const ports: DriverPorts = {
    out: options.output as DriverPorts['out'],
    tap: (options.tap ?? (() => undefined)) as DriverPorts['tap'],
    ...board(plan.nodes.length),
    segments: Array.from({ length: plan.segments }, () => new Map<string, KeyState>()),
    open: (segment, name) => open(self, segment, name),
  }
  graphs += 1
  const driver = mode === 'fused' ? fuse(plan, ports, graphs) : plain(plan, ports)
  const self: Running = { plan, ports, driver, mode, ears: earsOf(plan), states: [], broadcast: new Map(), rows: 0 }
  return running(self)
}

/**
 * What the driver writes on every row, in one buffer of more than 64 bytes: V8 then knows the addresses when it
 * compiles the driver, and checks once for all of them that the buffer is still there (1.5 to 2 ns a row).
 */
const board = (nodes: number): Pick<DriverPorts, 'time' | 'cursor' | 'stops' | 'emits'> => {
  const buffer = new ArrayBuffer(8 * (16 + 2 * nodes))
  return {
    time: new Float64Array(buffer, 0, 1),
    cursor: new Int32Array(buffer, 8, 1),
    stops: new Float64Array(buffer, 8 * 16, nodes),
    emits: new Float64Array(buffer, 8 * (16 + nodes), nodes),
  }
}

const earsOf = (plan: Plan): ReadonlyMap<string, readonly number[]> => {
  const ears = new Map<string, number[]>()
  for (const [index, { topic }] of plan.ears.entries()) ears.set(topic.name, [...(ears.get(topic.name) ?? []), index])
  return ears
}

interface Running {
  readonly plan: Plan
  readonly ports: DriverPorts
  readonly driver: Driver
  readonly mode: 'fused' | 'plain'
  /** Per topic: the indexes of the ears that listen to it. */
  readonly ears: ReadonlyMap<string, readonly number[]>
  readonly states: KeyState[]
  readonly broadcast: Map<string, Stamped>
  rows: number
}

const running = (self: Running): Graph => ({
  plan: self.plan,
  mode: self.mode,
  key: name => stateOf(self, 0, name).key,
  time: self.ports.time,
  watch(key, on) {
    self.states[key.index]!.watched = on
  },
  row: () => self.ports.cursor[0]!,
  drive(block, from, to, before = never) {
    const states = block.keys.map(name => stateOf(self, 0, name))
    if (!self.ears.has(self.plan.source.name)) self.driver.drive({ ...block, states } as Rows, from, to, before)
    else for (let row = from; row < to; row++) hearAndStep(self, block, row, before)
    self.rows += to - from
  },
  push(topic, key, record) {
    if (key === ALL_KEYS) broadcast(self, topic, record)
    else deliver(self, topic, key, record)
  },
  ear(topic) {
    assert(topic !== self.plan.source.name, `${self.plan.name} reads '${topic}': push its records`)
    const ears = earsFor(self, topic)
    return (key, record) => hear(self, ears, self.states[key.index]!, record)
  },
  tick(now) {
    let reached: number = now
    for (const [segment, states] of self.ports.segments.entries()) {
      let least = reached
      for (const state of states.values()) least = Math.min(least, self.driver.advance(segment, state, reached))
      reached = least
    }
  },
  counts: () => countsOf(self.plan, self.rows, self.ports.stops, self.ports.emits),
  snapshot: () => decodeState(encodeState(snapshotOf(self))) as GraphSnapshot,
  restore: snapshot => restore(self, snapshot),
})

const never = (): void => undefined

const earsFor = (self: Running, topic: string): readonly number[] => self.ears.get(topic) ?? []

const stateOf = (self: Running, segment: number, name: string): KeyState =>
  self.ports.segments[segment]!.get(name) ?? open(self, segment, name)

/** The state of a new key, which hears what every key must have heard. */
const open = (self: Running, segment: number, name: string): KeyState => {
  const { driver, plan, ports, states } = self
  const known = ports.segments[segment]!
  assert(typeof name === 'string', `${plan.name}: keyBy gives texts, found ${String(name)}`)
  assert(known.size < KEYS_MAX, `${plan.name}: at most ${KEYS_MAX} keys in one graph; spread them over partitions`)
  const made = driver.make(segment, { name, index: known.size })
  known.set(name, made)
  if (segment === 0) states.push(made)
  // A key may open in the middle of a row.
  const now = ports.time[0]!
  for (const [topic, record] of self.broadcast) {
    for (const ear of earsFor(self, topic))
      if (segmentOf(self, ear) === segment) driver.hear(ear, made, record as never)
  }
  ports.time[0] = now
  return made
}

const segmentOf = (self: Running, ear: number): number => self.plan.ears[ear]!.node.segment

const deliver = (self: Running, topic: string, key: string, record: Stamped): void => {
  const state = stateOf(self, 0, key)
  hear(self, earsFor(self, topic), state, record)
  if (topic !== self.plan.source.name) return
  self.rows += 1
  self.driver.row(state, record as never)
}

const broadcast = (self: Running, topic: string, record: Stamped): void => {
  self.broadcast.set(topic, { ...record })
  for (const ear of earsFor(self, topic)) {
    const states = self.ports.segments[segmentOf(self, ear)]!
    for (const state of states.values()) self.driver.hear(ear, state, record as never)
  }
}

/** Ears behind a `keyBy` hear under the key of their own segment. */
const hear = (self: Running, ears: readonly number[], state: KeyState, record: Stamped): void => {
  for (const ear of ears) {
    const segment = segmentOf(self, ear)
    self.driver.hear(ear, segment === 0 ? state : stateOf(self, segment, state.key.name), record as never)
  }
}

/** One row of a graph that joins a topic with itself: it is heard before it is stepped. */
const hearAndStep = (self: Running, block: Columns, row: number, before: Before): void => {
  const { name, schema } = self.plan.source
  const record: { at: number; [field: string]: unknown } = { at: block.at[row]! }
  for (const field of schema.fields) record[field.name] = block.columns[field.name]![row]
  const state = stateOf(self, 0, block.keys[block.key[row]!]!)
  self.ports.cursor[0] = row
  if (state.watched) before(state.key, record as never)
  hear(self, earsFor(self, name), state, record as unknown as Stamped)
  self.driver.row(state, record as never)
}

const snapshotOf = (self: Running): GraphSnapshot => {
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

const restore = (self: Running, snapshot: GraphSnapshot): void => {
  compare(self.plan, snapshot)
  self.states.length = 0
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
