import type { Fields } from './scan.ts'

/**
 * The number in field `place`: the same bits as `Number(text)`, or NaN when it is not a decimal. An empty field,
 * hexadecimal, `Infinity` and what overflows to it are not decimals here.
 */
export const numberAt = (bytes: Uint8Array, fields: Fields, place: number): number => {
  const scanned = fields.numbers[place]!
  return Number.isNaN(scanned) ? parseDecimal(textAt(bytes, fields, place)) : scanned
}

/** The field as text. */
export const textAt = (bytes: Uint8Array, { starts, ends }: Fields, place: number): string =>
  textOf(bytes, starts[place]!, ends[place]!)

export const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/

const parseDecimal = (text: string): number => {
  const value = DECIMAL.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : NaN
}
