import { MillraceError } from '../../../engine/errors.ts'
import { BLOCK_ROWS } from '../../../engine/log/block.ts'
import { type Decoder, FIELDS, type FieldName, type ForeignKind, KEY, TIMESTAMP } from './decoder.ts'

/** A decoder made ready: each field that is looked for in a record has a slot. */
export interface Plan {
  readonly kind: ForeignKind
  /** The slot of each column; -1 when nothing in the record tells it. */
  readonly slots: Readonly<Record<FieldName, number>>
  /** By slot. */
  readonly leaves: readonly Leaf[]
  /** The paths as a tree of names. */
  readonly root: PathNode
  /** Nodes of the tree. */
  readonly nodes: number
  /** Slots of columns that every row must have. */
  readonly needed: readonly number[]
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

/** Fails: usage KAFKA_DECODER when a declaration cannot give rows. */
export const planOf = (decoder: Decoder): Plan => {
  const kind = decoder.kind ?? kindOf(decoder)
  check(decoder, kind)
  const slots = Object.fromEntries(FIELDS.map(name => [name, -1])) as Record<FieldName, number>
  const leaves: Leaf[] = []
  const root = node(0, '')
  let nodes = 1
  for (const name of FIELDS) {
    const path = decoder.fields[name]
    if (path === undefined || path === KEY || path === TIMESTAMP) continue
    slots[name] = leaves.length
    let at = root
    const steps = path.split('.')
    for (const step of steps) {
      if (at.slot >= 0) throw refusal(`${name} lies inside of another field: '${path}'`)
      let next = at.children.find(child => child.name === step)
      if (next === undefined) {
        next = node(nodes++, step)
        at.children.push(next)
      }
      at = next
    }
    if (at.slot >= 0 || at.children.length > 0) throw refusal(`${name} is not the only one that reads '${path}'`)
    at.slot = leaves.length
    leaves.push({ path: steps, reads: readsOf(decoder, name) })
  }
  const needed = NEEDED[kind].map(name => slots[name]).filter(slot => slot >= 0)
  return { kind, slots, leaves, root, nodes, needed: slots.key < 0 ? needed : [...needed, slots.key] }
}

const readsOf = ({ unit }: Decoder, name: FieldName): Leaf['reads'] => {
  if (name === 'at' || name === 'start') return unit === 'ns' || unit === 'text' ? 'text' : 'count'
  return name === 'key' || name === 'side' ? 'text' : 'number'
}

const NEEDED = {
  quotes: ['at', 'bid', 'ask'],
  trades: ['at', 'price'],
  bars: ['at', 'start', 'open', 'high', 'low', 'close'],
} as const satisfies Readonly<Record<ForeignKind, readonly FieldName[]>>

const COLUMNS = {
  quotes: ['at', 'key', 'bid', 'ask', 'bidSize', 'askSize'],
  trades: ['at', 'key', 'price', 'size', 'side'],
  bars: ['at', 'key', 'start', 'open', 'high', 'low', 'close', 'volume', 'count'],
} as const satisfies Readonly<Record<ForeignKind, readonly FieldName[]>>

const kindOf = ({ fields }: Decoder): ForeignKind => {
  if (fields.bid !== undefined || fields.ask !== undefined) return 'quotes'
  return fields.open === undefined ? 'trades' : 'bars'
}

const check = ({ fields, unit, instrument, instruments }: Decoder, kind: ForeignKind): void => {
  const missing = NEEDED[kind].filter(name => fields[name] === undefined)
  if (missing.length > 0) throw refusal(`${kind} also need ${missing.join(' and ')}`)
  const foreign = FIELDS.filter(
    name => fields[name] !== undefined && !(COLUMNS[kind] as readonly string[]).includes(name),
  )
  if (foreign.length > 0) throw refusal(`${kind} have no ${foreign.join(' and no ')}`)
  if ((fields.key === undefined) === (instrument === undefined))
    throw refusal('either a field is the key, or an instrument is named')
  if (unit === undefined && (fields.at !== TIMESTAMP || fields.start !== undefined))
    throw refusal('the unit of the stamps is missing: s, ms, us, ns or text')
  for (const name of FIELDS) {
    const path = fields[name]
    const isOwn = (path === KEY && name === 'key') || (path === TIMESTAMP && name === 'at')
    if (path?.split('.').includes('') || (!isOwn && (path === KEY || path === TIMESTAMP)))
      throw refusal(`${name} cannot be '${path}'`)
  }
  if (instruments !== undefined && (instruments.length < 1 || instruments.length > BLOCK_ROWS))
    throw refusal(`${instruments.length} instruments are defined, expected 1 to ${BLOCK_ROWS}`)
  if (instrument !== undefined && instruments?.every(({ id }) => id !== instrument))
    throw refusal(`instrument '${instrument}' is none of those defined`)
}

const node = (index: number, name: string): PathNode => ({
  ...{ index, name, bytes: Buffer.from(name) },
  ...{ slot: -1, children: [] },
})

const refusal = (sentence: string): MillraceError => new MillraceError('KAFKA_DECODER', `the decoder: ${sentence}`)
