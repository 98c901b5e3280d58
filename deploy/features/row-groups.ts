import type { RowGroup } from '../../connectors/parquet/columns.ts'
import type { LabelledRow } from '../../models/labels/labelled.ts'

/** Rows of a row group: what is held in memory, and what a reader takes at a time. */
export const GROUP_ROWS = 65_536

/** Turns rows into columns: key, event time, when it was known, features, labels. */
export interface GroupBuilder {
  push(row: LabelledRow): void
  /** The groups that are full; each is given out once. */
  full(): readonly RowGroup[]
  /** These, and what is left. */
  rest(): readonly RowGroup[]
}

export const groupBuilder = (features: number, labels: number, capacity: number = GROUP_ROWS): GroupBuilder => {
  const groups: RowGroup[] = []
  let group = newGroup(features, labels, capacity)
  let count = 0
  const take = (): void => {
    if (count > 0) groups.push(cut(group, count))
    group = newGroup(features, labels, capacity)
    count = 0
  }
  return {
    push({ key, at, knownAt, vector, labels: numbers }) {
      group.keys.push(key)
      group.at[count] = at
      group.knownAt[count] = knownAt
      for (let i = 0; i < features; i++) group.features[i]![count] = vector[i]!
      for (let i = 0; i < labels; i++) group.labels[i]![count] = numbers[i]!
      count += 1
      if (count === capacity) take()
    },
    full: () => groups.splice(0),
    rest() {
      take()
      return groups.splice(0)
    },
  }
}

const newGroup = (features: number, labels: number, capacity: number) => ({
  keys: [] as string[],
  at: new Float64Array(capacity),
  knownAt: new Float64Array(capacity),
  features: Array.from({ length: features }, () => new Float32Array(capacity)),
  labels: Array.from({ length: labels }, () => new Float64Array(capacity)),
})

const cut = ({ keys, at, knownAt, features, labels }: ReturnType<typeof newGroup>, count: number): RowGroup => [
  keys,
  ...[at, knownAt, ...features, ...labels].map(column => column.subarray(0, count)),
]
