import type { Event, Follow, Label } from './label.ts'

/** A vector, and what there is to learn from it. */
export interface LabelledRow {
  readonly key: string
  /** Of the event. */
  readonly at: number
  /** When all of the row was known, the labels too. */
  readonly knownAt: number
  readonly vector: Float32Array
  /** The numbers of every label, one label after the other. */
  readonly labels: Float64Array
}

/** What makes rows of events. */
export interface Labeller {
  /** An event of a key, borrowed, and when it was known; ahead of its vector. */
  event(key: string, event: Event, now: number): void
  /** The vector of the latest event of the key, borrowed. */
  vector(key: string, values: Float32Array): void
}

/**
 * Puts events, their vectors and their labels together. A row is given out when the last of its labels is known: so
 * rows stand in the order in which they came to be known, and those of a shorter tape are the beginning of those of a
 * longer one. Rows whose labels the tape does not tell are never given out.
 *
 * Labels of several events of one key at one time are given to these in the order in which they come to be known.
 */
export const labeller = (labels: readonly Label[], give: (row: LabelledRow) => void): Labeller => {
  const width = labels.reduce((sum, { fields }) => sum + fields.length, 0)
  const keys = new Map<string, KeyState>()
  const stateOf = (key: string): KeyState => {
    const known = keys.get(key)
    if (known !== undefined) return known
    const fresh = { key, now: 0, held: null, follows: labels.map(label => label.follow()), open: labels.map(newOpen) }
    keys.set(key, fresh)
    return fresh
  }
  const step = (state: KeyState, vector: Float32Array | null): void => {
    const event = state.held!
    state.held = null
    const row = vector === null ? null : { ...newRow(state, event, width), vector: vector.slice() }
    let place = 0
    let isComing = true
    for (const [index, { fields }] of labels.entries()) {
      const open = state.open[index]!
      const at = place
      const isTaken = state.follows[index]!(event, vector, (from, values) => {
        const labelled = next(open, from)
        if (labelled === null) return
        labelled.labels.set(values, at)
        labelled.missing -= 1
        labelled.knownAt = Math.max(labelled.knownAt, state.now)
        if (labelled.missing === 0) give(labelled)
      })
      if (isTaken) wait(open, event.at, row)
      isComing &&= isTaken
      place += fields.length
    }
    if (row === null) return
    row.missing = isComing ? labels.length : Infinity
    if (row.missing === 0) give(row)
  }
  return {
    event(key, event, now) {
      const state = stateOf(key)
      if (state.held !== null) step(state, null)
      state.held = event
      state.now = Math.max(state.now, now)
    },
    vector: (key, values) => step(stateOf(key), values),
  }
}

interface KeyState {
  readonly key: string
  /** When the event was known. */
  now: number
  /** The latest event, until its vector is there, or the next event says that it has none. */
  held: Event | null
  readonly follows: readonly Follow[]
  /** Per label. */
  readonly open: readonly Open[]
}

interface WaitingRow extends LabelledRow {
  knownAt: number
  missing: number
}

/** The events that a label will come for, by their time; those that have no vector are null. */
type Open = Map<number, (WaitingRow | null)[]>

const newOpen = (): Open => new Map()

const newRow = ({ key, now }: KeyState, { at }: Event, width: number): Omit<WaitingRow, 'vector'> => ({
  ...{ key, at, knownAt: now, labels: new Float64Array(width), missing: 0 },
})

const wait = (open: Open, at: number, row: WaitingRow | null): void => {
  const rows = open.get(at)
  if (rows === undefined) open.set(at, [row])
  else rows.push(row)
}

const next = (open: Open, from: number): WaitingRow | null => {
  const rows = open.get(from)!
  if (rows.length === 1) open.delete(from)
  return rows.shift()!
}
