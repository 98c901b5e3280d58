import { MillraceError } from '../../../engine/errors.ts'
import { BLOCK_ROWS } from '../../../engine/log/block.ts'
import { type Leaf, type Paths, pathsOf } from '../../file/paths.ts'
import { type Decoder, FIELDS, type FieldName, type ForeignKind, KEY, TIMESTAMP } from './decoder.ts'

/** A decoder made ready: each field that is looked for in a record has a slot. */
export interface Plan extends Paths {
  readonly kind: ForeignKind
  /** The slot of each column; -1 when nothing in the record tells it. */
  readonly slots: Readonly<Record<FieldName, number>>
  /** Slots of columns that every row must have. */
  readonly needed: readonly number[]
}

/** Fails: usage KAFKA_DECODER when a declaration cannot give rows. */
export const planOf = (decoder: Decoder): Plan => {
  const kind = decoder.kind ?? kindOf(decoder)
  check(decoder, kind)
  const columns = FIELDS.flatMap(name => {
    const path = decoder.fields[name]
    return path === undefined || path === KEY || path === TIMESTAMP
      ? []
      : [{ name, path, reads: readsOf(decoder, name) }]
  })
  const slots = Object.fromEntries(
    FIELDS.map(name => [name, columns.findIndex(column => column.name === name)]),
  ) as Record<FieldName, number>
  const needed = NEEDED[kind].map(name => slots[name]).filter(slot => slot >= 0)
  return { ...pathsOf(columns, refusal), kind, slots, needed: slots.key < 0 ? needed : [...needed, slots.key] }
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

const refusal = (sentence: string): MillraceError => new MillraceError('KAFKA_DECODER', `the decoder: ${sentence}`)
