import { assert } from '../assert.ts'
import type { Stamped } from '../market/topic.ts'
import type { Driver, DriverPorts, KeyState } from './driver.ts'
import type { Plan } from './plan.ts'

/** Most keys of one graph. */
const KEYS_MAX = 65_536

/** What a running graph is made of. */
export interface Running {
  readonly plan: Plan
  readonly ports: DriverPorts
  readonly driver: Driver
  readonly mode: 'fused' | 'plain'
  /** Per topic: the indexes of the ears that listen to it. */
  readonly ears: ReadonlyMap<string, readonly number[]>
  readonly states: KeyState[]
  /** Of the keys of the block that was driven last, in its order. */
  readonly driven: KeyState[]
  readonly broadcast: Map<string, Stamped>
  rows: number
}

/** The ears that listen to a topic. */
export const earsFor = (self: Running, topic: string): readonly number[] => self.ears.get(topic) ?? []

export const stateOf = (self: Running, segment: number, name: string): KeyState =>
  self.ports.segments[segment]!.get(name) ?? open(self, segment, name)

/** The states of a block's keys, in one list: most blocks have the keys of the block before. */
export const statesOf = (self: Running, keys: readonly string[]): readonly KeyState[] => {
  const { driven } = self
  for (let i = 0; i < keys.length; i++) if (driven[i]?.key.name !== keys[i]) driven[i] = stateOf(self, 0, keys[i]!)
  return driven
}

/** The state of a new key, which hears what every key must have heard. */
export const open = (self: Running, segment: number, name: string): KeyState => {
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

/** Every key hears the record, later ones too. */
export const broadcast = (self: Running, topic: string, record: Stamped): void => {
  self.broadcast.set(topic, { ...record })
  for (const ear of earsFor(self, topic)) {
    const states = self.ports.segments[segmentOf(self, ear)]!
    for (const state of states.values()) self.driver.hear(ear, state, record as never)
  }
}

/** Ears behind a `keyBy` hear under the key of their own segment. */
export const hear = (self: Running, ears: readonly number[], state: KeyState, record: Stamped): void => {
  for (const ear of ears) {
    const segment = segmentOf(self, ear)
    self.driver.hear(ear, segment === 0 ? state : stateOf(self, segment, state.key.name), record as never)
  }
}
