import type { Block } from '../../../engine/log/block.ts'
import { emptyBlock } from '../../../engine/log/build.ts'
import { bars } from '../../../engine/market/topics.ts'
import { instrumentIndex } from '../../file/instruments.ts'
import { jsonFinder } from '../../file/json.ts'
import { quoteReader, schemaOf, tradeReader } from '../../file/readers.ts'
import { type Fields, newFields } from '../../file/scan.ts'
import { type Find, NOBODY } from '../../file/spelling.ts'
import { type StampParser, stampParser } from '../../file/stamp.ts'
import type { Records } from '../records.ts'
import { type AvroFinder, avroFinder } from './avro.ts'
import { barReader } from './bars.ts'
import { type Decoder, TIMESTAMP } from './decoder.ts'
import type { Refusal } from './findings.ts'
import { msgpackFinder } from './msgpack.ts'
import { type Pile, pile } from './pile.ts'
import type { Plan } from './plan.ts'

/** What keeps a record from being a row, or is odd about it; '' for nothing. */
export type Finding = Refusal | ''

/** Turns records into rows of one block. */
export interface RowDoor extends Pile {
  /** Null when the format knows no schemas. */
  readonly schemas: AvroFinder | null
  /** Puts the record that the walk stands on behind the rows that are kept, for the moment. */
  read(records: Records): Finding
  /** Event time of the row that was read. */
  at(): number
  /** The row that was read is one of the block. */
  keep(offset: number): void
}

export const rowDoor = (decoder: Decoder, plan: Plan): RowDoor => {
  const fields = newFields()
  const { find, schemas } = finderOf(decoder, plan, fields)
  const { unit = 'ms', zone = 'UTC' } = decoder
  const stamp = stampParser({ unit, zone })
  const block = emptyBlock(plan.kind === 'bars' ? bars.schema : schemaOf(plan.kind))
  const readValues = readerOf(plan, stamp)
  const keys = keyFinder(decoder, plan, fields)
  const rows = pile(block, decoder.instruments?.length ?? 0)
  let key = 0

  return {
    ...rows,
    schemas,
    read(records) {
      const bytes = find(records.bytes, records.valueStart, records.valueEnd)
      if (bytes === null) return schemas === null || schemas.knows(records) ? 'undecodable' : 'unknown-schema'
      for (const slot of plan.needed) if (fields.starts[slot] === fields.ends[slot]) return 'missing-field'
      const isBroker = decoder.fields.at === TIMESTAMP
      const at = isBroker ? records.timestamp * 1000 : stamp(bytes, fields, plan.slots.at)
      if (!(at >= 0)) return 'bad-stamp'
      key = keys.find(bytes, records)
      if (key < 0) return 'unknown-instrument'
      block.at[block.count] = at
      return readValues(bytes, fields, block, block.count)
    },
    at: () => block.at[block.count]!,
    keep(offset) {
      block.key[block.count] = keys.place(key, block.keys)
      rows.mark(offset)
      block.count += 1
    },
    clear() {
      rows.clear()
      keys.forget()
    },
  }
}

const finderOf = (
  { format }: Decoder,
  plan: Plan,
  fields: Fields,
): { readonly find: Find; readonly schemas: AvroFinder | null } => {
  if (format === 'json') return { find: jsonFinder(plan, fields), schemas: null }
  if (format === 'msgpack') return { find: msgpackFinder(plan, fields), schemas: null }
  const schemas = avroFinder(plan, fields)
  return { find: schemas.find, schemas }
}

type ReadValues = (bytes: Uint8Array, fields: Fields, block: Block, row: number) => Finding

/** Of what a line of a file may be refused for, its values give `bad-` and what is odd about quotes. */
const readerOf = ({ kind, slots }: Plan, stamp: StampParser): ReadValues => {
  if (kind === 'bars') return barReader(slots, stamp)
  const read = kind === 'quotes' ? quoteReader : tradeReader
  return read({ ...slots, instrument: slots.key }) as ReadValues
}

interface KeyFinder {
  /** The number of the record's instrument among all that were seen; -1 when it is not one of those expected. */
  find(bytes: Uint8Array, records: Records): number
  /** Its place among the keys of the block, which learn it when it is new: they are those of its rows. */
  place(key: number, keys: string[]): number
  /** The block is a new one. */
  forget(): void
}

const keyFinder = ({ instrument, instruments }: Decoder, { slots }: Plan, fields: Fields): KeyFinder => {
  const expected = instruments?.map(({ id }) => id as string)
  const index = instrumentIndex(expected)
  if (instrument !== undefined) index.names.push(instrument)
  const { names } = index
  const areNames: boolean[] = []
  /** By number: the place in the block of that turn. */
  const places: number[] = []
  const turns: number[] = []
  let turn = 1
  const named = (number: number): number => {
    for (let n = areNames.length; n < names.length; n++) areNames.push(NAME.test(names[n]!))
    return number >= 0 && areNames[number]! ? number : -1
  }
  return {
    find(bytes, records) {
      if (instrument !== undefined) return 0
      if (slots.key >= 0) return named(index.find(bytes, fields, slots.key))
      fields.starts[NOBODY] = records.keyStart
      fields.ends[NOBODY] = Math.max(records.keyStart, records.keyEnd)
      return named(index.find(records.bytes, fields, NOBODY))
    },
    place(key, keys) {
      if (turns[key] !== turn) {
        turns[key] = turn
        places[key] = keys.push(names[key]!) - 1
      }
      return places[key]!
    },
    forget() {
      turn += 1
    },
  }
}

/** As `instrumentId` has it. */
const NAME = /^(?!\*$)[^\s\p{C}]{1,64}$/u
