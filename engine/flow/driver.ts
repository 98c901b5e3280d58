import type { Link, Plan } from './plan.ts'

/** A key of the event (an instrument), or of a `keyBy`, with its place in the graph. */
export interface Key {
  readonly name: string
  /** Small and stable for the life of the graph: 0, 1, 2 ... in order of first appearance. */
  readonly index: number
}

/** All state of one key in one segment: `key`, and a field n0, n1 ... per node of the segment. */
export type KeyState = {
  readonly key: Key
  /** True when `before` must be called ahead of each row of the key. */
  watched: boolean
} & { [node: `n${number}`]: unknown }

/** The columns of a block and the key states of its rows, as the row loop wants them. */
export interface Rows {
  readonly at: Float64Array
  readonly columns: Readonly<Record<string, ArrayLike<unknown>>>
  /** Per row: index into `states`. */
  readonly key: Uint16Array
  readonly states: readonly KeyState[]
}

/** What a driver is given. The typed arrays are shared with the graph, which reads them. */
export interface DriverPorts {
  readonly out: (value: unknown, key: Key) => void
  readonly tap: (topic: string, value: unknown, key: Key) => void
  /** Per node: inputs that ended there without a value. */
  readonly stops: Float64Array
  /** Per expander: values emitted. */
  readonly emits: Float64Array
  /** [0]: event time of the value that is being stepped. */
  readonly time: Float64Array
  /** [0]: the row of the block that is being stepped. */
  readonly cursor: Int32Array
  /** Per segment: the states by key. */
  readonly segments: readonly Map<string, KeyState>[]
  /** Makes the state of a key that a `keyBy` sees for the first time. */
  readonly open: (segment: number, name: string) => KeyState
}

/** A running chain: the fused one and the plain one behave alike, bit for bit. */
export interface Driver {
  /** A fresh state of a key in a segment. */
  make(segment: number, key: Key): KeyState
  /** Steps one record of the plan's source through the graph. */
  row(state: KeyState, record: never): void
  /** Steps rows [from, to) of a block in order; `before` runs ahead of each row of a watched key. */
  drive(rows: Rows, from: number, to: number, before: (key: Key, record: never) => void): void
  /** One ear, by its index in the plan, hears a record. */
  hear(ear: number, state: KeyState, record: never): void
  /**
   * Event time moves on to `now` for one key: expanders of the segment may emit. Gives the time that may pass behind
   * the segment, earlier than `now` while a record is held back.
   */
  advance(segment: number, state: KeyState, now: number): number
}

/** Every link of a plan, nested ones too, in the order in which they are stepped. */
export const linksOf = (plan: Plan): readonly Link[] => {
  const all: Link[] = []
  const walk = (links: readonly Link[]): void => {
    for (const link of links) {
      all.push(link)
      if (link.type === 'together') for (const branch of [...link.members, link.on]) walk(branch.links)
    }
  }
  walk(plan.links)
  for (const ear of plan.ears) walk(ear.links)
  return all
}

/** A copy of a borrowed record in `kept`'s place; numbers and texts are themselves. */
export const keep = (kept: unknown, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  return typeof kept === 'object' && kept !== null ? Object.assign(kept, value) : { ...value }
}
