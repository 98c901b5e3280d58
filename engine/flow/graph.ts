import { assert } from '../assert.ts'
import { ALL_KEYS } from '../market/account.ts'
import type { Stamped } from '../market/topic.ts'
import type { Micros } from '../market/units.ts'
import { countsOf, type NodeCount } from './counts.ts'
import type { DriverPorts, Key, KeyState, Rows } from './driver.ts'
import { fuse } from './fuse.ts'
import { mayGenerate } from './generate.ts'
import type { Pipeline } from './pipeline.ts'
import { plain } from './plain.ts'
import { type Plan, planOf } from './plan.ts'
import { broadcast, earsFor, hear, open, type Running, stateOf, statesOf } from './running.ts'
import { restore, snapshotOf } from './snapshot.ts'
import { decodeState, encodeState } from './state.ts'

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
  /** Has `before` called ahead of the next row, whichever key it has. */
  watchAll(): void
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
  /** The same, not copied: it holds until the graph goes on, for who makes bytes of it at once. */
  state(): GraphSnapshot
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
  const self: Running = {
    plan,
    ports,
    driver,
    mode,
    ears: earsOf(plan),
    states: [],
    driven: [],
    broadcast: new Map(),
    rows: 0,
  }
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

const running = (self: Running): Graph => ({
  plan: self.plan,
  mode: self.mode,
  key: name => stateOf(self, 0, name).key,
  time: self.ports.time,
  watch(key, on) {
    self.states[key.index]!.watched = on
  },
  watchAll() {
    for (const state of self.states) state.watched = true
  },
  row: () => self.ports.cursor[0]!,
  drive(block, from, to, before = never) {
    const states = statesOf(self, block.keys)
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
  state: () => snapshotOf(self),
  restore: snapshot => restore(self, snapshot),
})

const never = (): void => undefined

const deliver = (self: Running, topic: string, key: string, record: Stamped): void => {
  const state = stateOf(self, 0, key)
  hear(self, earsFor(self, topic), state, record)
  if (topic !== self.plan.source.name) return
  self.rows += 1
  self.driver.row(state, record as never)
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
