/** What is looked for in a record, as a tree of names. */
export interface Paths {
  /** By slot. */
  readonly leaves: readonly Leaf[]
  readonly root: PathNode
  /** Nodes of the tree. */
  readonly nodes: number
}

export interface Leaf {
  readonly path: readonly string[]
  /** Keys and sides are read as they are written, and so are times, unless they count whole units in a number. */
  readonly reads: 'text' | 'count' | 'number'
}

export interface PathNode {
  /** From 0, in the tree. */
  readonly index: number
  readonly name: string
  /** The name in UTF-8. */
  readonly bytes: Uint8Array
  /** -1 when it is no leaf. */
  slot: number
  readonly children: PathNode[]
}

/** A column, and the path to it in a record: `symbol`, `data.bid`, `bids.0.0`. */
export interface ColumnPath {
  readonly name: string
  readonly path: string
  readonly reads: Leaf['reads']
}

/** Columns as slots of a tree, in their order. `refuse` is told what cannot be found beside the others. */
export const pathsOf = (columns: readonly ColumnPath[], refuse: (sentence: string) => Error): Paths => {
  const root = node(0, '')
  let nodes = 1
  const leaves = columns.map(({ name, path, reads }, slot): Leaf => {
    let at = root
    const steps = path.split('.')
    for (const step of steps) {
      if (at.slot >= 0) throw refuse(`${name} lies inside of another field: '${path}'`)
      let next = at.children.find(child => child.name === step)
      if (next === undefined) {
        next = node(nodes++, step)
        at.children.push(next)
      }
      at = next
    }
    if (at.slot >= 0 || at.children.length > 0) throw refuse(`${name} is not the only one that reads '${path}'`)
    at.slot = slot
    return { path: steps, reads }
  })
  return { leaves, root, nodes }
}

const node = (index: number, name: string): PathNode => ({
  ...{ index, name, bytes: Buffer.from(name) },
  ...{ slot: -1, children: [] },
})
