import { MillraceError } from '../../../engine/errors.ts'
import type { Instrument } from '../../../engine/market/instrument.ts'
import type { StampOptions } from '../../../engine/time/stamp.ts'

/** How the records of a foreign topic become rows: plain data, the same for every record. */
export interface Decoder extends Pick<StampOptions, 'zone'> {
  readonly format: Format
  /** Which field of a record is which column. */
  readonly fields: FieldPaths
  /** What the stamps count since 1970, or 'text' for ISO 8601. Only `at: '$timestamp'` does without. */
  readonly unit?: Unit
  /** What a row is. Default: what the fields say. */
  readonly kind?: ForeignKind
  /** The instrument of every record when no field tells it. */
  readonly instrument?: string
  /**
   * Definitions that stand at the head of each partition, ahead of its first record; other instruments are refused.
   * Default: no definitions, and all instruments are taken.
   */
  readonly instruments?: readonly Instrument[]
  /** Quotes with an ask below the bid. Default `accept`. */
  readonly crossed?: Treatment
  /** Quotes with an ask equal to the bid. Default `accept`. */
  readonly locked?: Treatment
  /** Larger records are refused. Default 1 MiB. */
  readonly maxBytes?: number
}

/** Avro comes with the header of the Confluent wire format: a zero byte and the schema id. */
export type Format = (typeof FORMATS)[number]
const FORMATS = ['json', 'msgpack', 'avro'] as const

export type ForeignKind = (typeof KINDS)[number]
const KINDS = ['quotes', 'trades', 'bars'] as const

export type Unit = (typeof UNITS)[number]
const UNITS = ['s', 'ms', 'us', 'ns', 'text'] as const

/** `accept`: taken and counted. `refuse`: counted, and to the dead letters. */
export type Treatment = (typeof TREATMENTS)[number]
const TREATMENTS = ['accept', 'refuse'] as const

/**
 * A path into the record: `symbol`, `data.bid`, `bids.0.0`. `$key` is the key of the Kafka record, `$timestamp` its
 * time in milliseconds.
 */
export type FieldPaths = Readonly<Partial<Record<FieldName, string>>>

export type FieldName = (typeof FIELDS)[number]
export const FIELDS = [
  'at',
  'key',
  'bid',
  'ask',
  'bidSize',
  'askSize',
  'price',
  'size',
  'side',
  'start',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'count',
] as const

export const KEY = '$key'
export const TIMESTAMP = '$timestamp'

/**
 * Reads a decoder as it is written at the command line: the format, then fields and options in any order.
 *
 * Fails  usage KAFKA_DECODER with what was found and what may stand there
 *
 * @example
 * parseDecoder('json:at=ts,key=symbol,price=p,unit=ms').fields // => { at: 'ts', key: 'symbol', price: 'p' }
 */
export const parseDecoder = (text: string): Decoder => {
  const colon = text.indexOf(':')
  const fields: Partial<Record<FieldName, string>> = {}
  const options: Record<string, string | number> = {}
  for (const part of text.slice(colon + 1).split(',')) {
    const equals = part.indexOf('=')
    const [name, value] = [part.slice(0, equals).trim(), part.slice(equals + 1).trim()]
    if (equals < 0 || value === '') throw refusal(text, `'${part}'`, 'name=value')
    if (isOneOf(FIELDS, name)) fields[name] = value
    else options[name] = option(text, name, value)
  }
  const format = oneOf(text, 'format', FORMATS, colon < 0 ? text : text.slice(0, colon).trim())
  return { format, fields, ...options }
}

const option = (text: string, name: string, value: string): string | number => {
  if (name === 'instrument' || name === 'zone') return value
  if (name === 'maxBytes') {
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value)
    throw refusal(text, `maxBytes '${value}'`, 'a number of bytes')
  }
  const values = CHOICES[name]
  if (values) return oneOf(text, name, values, value)
  throw refusal(text, `'${name}'`, [...FIELDS, ...Object.keys(CHOICES), 'instrument', 'zone', 'maxBytes'].join(', '))
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  unit: UNITS,
  kind: KINDS,
  crossed: TREATMENTS,
  locked: TREATMENTS,
}

const oneOf = <T extends string>(text: string, name: string, values: readonly T[], found: string): T => {
  if (isOneOf(values, found)) return found
  throw refusal(text, `${name} '${found}'`, values.join(', '))
}

const isOneOf = <T extends string>(values: readonly T[], found: string): found is T =>
  (values as readonly string[]).includes(found)

const refusal = (text: string, found: string, expected: string): MillraceError =>
  new MillraceError('KAFKA_DECODER', `decoder '${text}': found ${found}, expected ${expected}`)
