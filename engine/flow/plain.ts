import { type Driver, type DriverPorts, type Key, type KeyState, keep } from './driver.ts'
import { isValue } from './lift.ts'
import type { Branch, Link, Plan } from './plan.ts'

type Step = (value: unknown) => void

/**
 * Runs a plan without generated code: one closure per node. Same outputs as `fuse`, bit for bit; several times slower.
 * For platforms that forbid `new Function`, and as the reference that the fused driver is compared with.
 */
export const plain = (plan: Plan, ports: DriverPorts): Driver => {
  const current: (KeyState | null)[] = Array.from({ length: plan.segments }, () => null)
  const scene: Scene = { plan, ports, current, ticks: new Map() }
  const main = chain(scene, plan.links, (value, segment) => ports.out(value, current[segment]!.key), 0)
  const ears = plan.ears.map(({ links, node, hear }) =>
    chain(scene, links, (value, segment) => hear(stateOf(scene, segment, node.index), value), node.segment),
  )

  const row = (state: KeyState, record: { readonly at: number }): void => {
    ports.time[0] = record.at
    current[0] = state
    main(record)
  }
  return {
    row,
    make: (segment, key) => makeState(plan, segment, key),
    drive: rowLoop(plan, ports, row),
    hear(ear, state, record: { readonly at: number }) {
      ports.time[0] = record.at
      current[plan.ears[ear]!.node.segment] = state
      ears[ear]!(record)
    },
    advance(segment, state, now) {
      current[segment] = state
      const reached = pass(scene, plan.links, segment, now)
      for (const ear of plan.ears) pass(scene, ear.links, segment, now)
      return reached
    },
  }
}

interface Scene {
  readonly plan: Plan
  readonly ports: DriverPorts
  /** Per segment: the state of the key that is being stepped. */
  readonly current: (KeyState | null)[]
  /** Per expander with a tick: lets it see the time. */
  readonly ticks: Map<number, () => void>
}

type Sink = (value: unknown, segment: number) => void

const stateOf = (scene: Scene, segment: number, index: number): unknown => scene.current[segment]![`n${index}`]

const chain = (scene: Scene, links: readonly Link[], sink: Sink, segment: number): Step => {
  const [link, ...rest] = links
  if (link === undefined) return value => sink(value, segment)
  const { index } = link.node
  switch (link.type) {
    case 'kernel': {
      const next = chain(scene, rest, sink, segment)
      return value => {
        const output = link.kernel.step(stateOf(scene, segment, index), value)
        if (isValue(output)) next(output)
        else scene.ports.stops[index]! += 1
      }
    }
    case 'expander':
      return expander(scene, link, chain(scene, rest, sink, segment), segment)
    case 'tap': {
      const next = chain(scene, rest, sink, segment)
      return value => {
        scene.ports.tap(link.topic, value, scene.current[segment]!.key)
        next(value)
      }
    }
    case 'keyBy': {
      const next = chain(scene, rest, sink, link.segment)
      return value => {
        const name = link.keyOf(value)
        const { segments, open } = scene.ports
        scene.current[link.segment] = segments[link.segment]!.get(name) ?? open(link.segment, name)
        next(value)
      }
    }
    case 'together':
      return lockstep(scene, link, chain(scene, rest, sink, segment), segment)
  }
}

const expander = (scene: Scene, link: Extract<Link, { type: 'expander' }>, next: Step, segment: number): Step => {
  const { kernel, node } = link
  const { time, emits } = scene.ports
  const emit = (value: unknown): void => {
    emits[node.index]! += 1
    const now = time[0]!
    if (kernel.heldSince) time[0] = (value as { readonly at: number }).at
    next(value)
    if (kernel.heldSince) time[0] = now
  }
  const { tick } = kernel
  const see = tick && (() => tick(stateOf(scene, segment, node.index), time[0] as never, emit))
  if (see) scene.ticks.set(node.index, see)
  return value => {
    see?.()
    kernel.step(stateOf(scene, segment, node.index), value, emit)
  }
}

/** Time passes in the order of the line; behind an expander that holds records back it waits for the oldest of them. */
const pass = (scene: Scene, links: readonly Link[], segment: number, now: number): number => {
  let reached = now
  for (const link of links) {
    if (link.node.segment !== segment) continue
    if (link.type === 'together') {
      for (const member of link.members) pass(scene, member.links, segment, reached)
      reached = pass(scene, link.on.links, segment, reached)
    } else if (link.type === 'expander') {
      scene.ports.time[0] = reached
      scene.ticks.get(link.node.index)?.()
      const held = link.kernel.heldSince?.(stateOf(scene, segment, link.node.index)) ?? Number.NaN
      if (held < reached) reached = held
    }
  }
  return reached
}

const lockstep = (scene: Scene, link: Extract<Link, { type: 'together' }>, next: Step, segment: number): Step => {
  const { index } = link.node
  const latest = (): Record<string, unknown> => stateOf(scene, segment, index) as Record<string, unknown>
  const branch = ({ name, links }: Branch, then: () => void): Step =>
    chain(
      scene,
      links,
      value => {
        const record = latest()
        record[name] = keep(record[name], value)
        then()
      },
      segment,
    )
  const members = link.members.map(member => branch(member, () => undefined))
  const on = branch(link.on, () => {
    const record = latest()
    if (link.members.every(({ name }) => isValue(record[name]))) next(record)
    else scene.ports.stops[index]! += 1
  })
  return value => {
    for (const member of members) member(value)
    on(value)
  }
}

const makeState = (plan: Plan, segment: number, key: Key): KeyState => {
  const state: Record<string, unknown> = { key, watched: false }
  for (const node of plan.nodes) if (node.segment === segment) state[`n${node.index}`] = node.init()
  return state as unknown as KeyState
}

const rowLoop = (
  plan: Plan,
  ports: DriverPorts,
  row: (state: KeyState, record: { at: number }) => void,
): Driver['drive'] => {
  const names = plan.source.schema.fields.map(field => field.name)
  const record: { at: number; [field: string]: unknown } = { at: Number.NaN }
  return (rows, from, to, before) => {
    for (let i = from; i < to; i++) {
      ports.cursor[0] = i
      const state = rows.states[rows.key[i]!]!
      record.at = rows.at[i]!
      for (const name of names) record[name] = rows.columns[name]![i]
      if (state.watched) before(state.key, record as never)
      row(state, record)
    }
  }
}
