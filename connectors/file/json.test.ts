import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decoder } from '../kafka/foreign/decoder.ts'
import { planOf } from '../kafka/foreign/plan.ts'
import { numberAt, textAt } from './decimal.ts'
import { jsonFinder } from './json.ts'
import { newFields } from './scan.ts'

const decoder: Decoder = {
  format: 'json',
  fields: { at: 't', key: 'd.s', bid: 'd.b', ask: 'd.x.a', bidSize: 'B' },
  unit: 'ms',
}
const plan = planOf(decoder)
const fields = newFields()
const find = jsonFinder(plan, fields)

/** What was found: texts as they are written, and the numbers of columns that are numbers. */
const found = (bytes: Buffer): unknown => {
  // The record stands among others, which must not be read.
  const set = Buffer.concat([Buffer.from('{"t":9,'), bytes, Buffer.from('"d":{"s":"X"}}, 1234')])
  const at = find(set, 7, 7 + bytes.length)
  if (at === null) return null
  return plan.leaves.map(({ reads }, slot) => {
    if (fields.starts[slot] === fields.ends[slot]) return null
    const number = fields.numbers[slot]!
    if (reads === 'count' && !Number.isNaN(number)) return number
    return reads === 'number' ? numberAt(at, fields, slot) : textAt(at, fields, slot)
  })
}

const foundIn = (text: string): unknown => found(Buffer.from(text))

/** The same from `JSON.parse` and nothing else. */
const expected = (bytes: Buffer): unknown => {
  let tree: unknown
  try {
    tree = JSON.parse(bytes.toString())
  } catch {
    return null
  }
  if (typeof tree !== 'object' || tree === null) return null
  return plan.leaves.map(({ path, reads }) => {
    let value: unknown = tree
    for (const name of path)
      value = Object(value) === value && Object.hasOwn(value as object, name) ? (value as never)[name] : null
    if (value === null || value === '') return null
    if (reads !== 'number')
      return typeof value === 'string' && value.length <= 256 ? value : typeof value === 'number' ? value : null
    const number =
      typeof value === 'number' ? value : typeof value === 'string' && isDecimal(value) ? Number(value) : NaN
    return Number.isFinite(number) ? number : NaN
  })
}

const isDecimal = (text: string): boolean =>
  text.length <= 256 && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text)

/** Numbers as texts keep their digits: `1.0` is not `1`. */
const alike = (one: unknown): unknown =>
  Array.isArray(one)
    ? one.map((value, slot) => (plan.leaves[slot]!.reads !== 'number' && value !== null ? spelled(value) : value))
    : one

const spelled = (value: unknown): unknown =>
  typeof value === 'number' || isDecimal(String(value)) ? Number(value) : value

describe('JSON', () => {
  it('gives fields wherever they stand, as numbers or as texts', () => {
    const plain = '{"t":1690000000123,"d":{"s":"EURUSD","b":1.0721,"x":{"a":1.0722}},"B":10}'
    expect(foundIn(plain)).toEqual([1690000000123, 'EURUSD', 1.0721, 1.0722, 10])
    const venue = '{"B":"31.21","e":"x","d":{"x":{"q":[1,{"a":2}],"a":"0.0231"},"s":"BNB","b":"-5e-1"},"t":"16.5"}'
    expect(foundIn(venue)).toEqual([16.5, 'BNB', -0.5, 0.0231, 31.21])
    const wide = ' {\n "t" : 1 ,\t"d" : { "s" : "ü€😀" , "b" : null , "x" : { } } , "z" : [ ] } \r\n'
    expect(foundIn(wide)).toEqual([1, 'ü€😀', null, null, null])
  })

  it('keeps the digits of a time', () => {
    const digits = ['1690000000123456789', null, null, null, null]
    expect(foundIn('{"t":1690000000123456789}')).toEqual(digits)
    expect(foundIn('{"\\u0074":1690000000123456789}')).toEqual(digits)
  })

  it.each([
    ['an escape in a text', '{"d":{"s":"A\\u002fB"}}', [null, 'A/B', null, null, null]],
    ['escapes in what is passed over', '{"z":"\\"\\u00Fe\\/","B":1}', [null, null, null, null, 1]],
    ['a name with a point', '{"d":{"s":1.50}}', [null, '1.50', null, null, null]],
    ['the same behind an escape', '{"d":{"\\u0073":1.50}}', [null, '1.50', null, null, null]],
    ['an escape in a name', '{"\\u0042":5}', [null, null, null, null, 5]],
    ['a field twice: the last one holds', '{"B":1,"B":2}', [null, null, null, null, 2]],
    ['an object twice', '{"d":{"s":"A"},"d":{"b":2}}', [null, null, 2, null, null]],
    ['a path that ends in a text', '{"d":"s"}', [null, null, null, null, null]],
    ['what is no name', '{"d":{"s":true}}', [null, null, null, null, null]],
    ['what is no number', '{"B":[1]}', [null, null, null, null, NaN]],
    ['words', '{"B":"ten"}', [null, null, null, null, NaN]],
    ['more than a double', '{"B":1e999}', [null, null, null, null, NaN]],
    ['a name of the prototype', '{"d":{"__proto__":{"s":"A"}},"constructor":1}', [null, null, null, null, null]],
    ['no object', '[1]', [null, null, null, null, null]],
  ])('reads %s', (_what, text, values) => expect(foundIn(text)).toEqual(values))

  it.each([
    ...['', ' ', '1', 'null', '"t"', '{', '{}{}', '{"t"}', '{"t":}', '{"t":1', '{"t":1,}', '{"t":1 "B":2}', '{t:1}'],
    ...['{"t":01}', '{"t":1.}', '{"t":.5}', '{"t":+1}', '{"t":1e}', '{"t":--1}', '{"z":01}', '{"z":[1,]}', '{"z":tru}'],
    ...[
      '{"z":"a\nb"}',
      '{"z":"\\x"}',
      '{"z":nul}',
      '{"z":[1 2]}',
      '{"z":"\\u00g0"}',
      '{"z":"\\u001"}',
      '{"z":"\\',
      '{"t":NaN}',
      '\ufeff{}',
      "{'t':1}",
      '{"t":1}}',
    ],
  ])('refuses %j', text => {
    expect(foundIn(text)).toBeNull()
    expect(expected(Buffer.from(text))).toBeNull()
  })

  it('bears nesting', () => {
    const deep = (n: number): string => `{"z":${'['.repeat(n)}${']'.repeat(n)},"B":1}`
    expect(foundIn(deep(500))).toEqual([null, null, null, null, 1])
    expect(foundIn(deep(200_000).slice(0, -9))).toBeNull()
  })

  const value: fc.Arbitrary<unknown> = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        fc.double(),
        fc.integer(),
        fc.maxSafeInteger(),
        fc.constantFrom(0, -0, 1.1, 5e-324, 2 ** 53, null, true),
      ),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.double().map(String),
        fc.constantFrom('1.50', ' 7 ', '.5', '01', '+1'),
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('t', 'd', 's', 'b', 'x', 'a', 'B', 'z', 'dd', ''), tie('value')),
    ),
  })).value

  it('reads what JSON.parse reads', () => {
    const object = fc.dictionary(fc.constantFrom('t', 'd', 'B', 'z'), value)
    const spaces = fc.constantFrom(0, 1)
    fc.assert(
      fc.property(object, spaces, (tree, indent) => {
        const bytes = Buffer.from(JSON.stringify(tree, null, indent))
        expect(alike(found(bytes))).toEqual(alike(expected(bytes)))
      }),
      { numRuns: 2_000, seed: 4 },
    )
  })

  it('refuses what JSON.parse refuses, byte for byte', () => {
    const text = '{"t":1690000000123,"d":{"s":"EURUSD","b":-1.07e-2,"x":{"a":"1.5"}},"z":[true,null,{"q":"\\n"}]}'
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(...'{}[]":,\\e.-+0 tn'.split('').map(c => c.charCodeAt(0))))
    const change = fc.tuple(fc.nat(text.length - 1), fc.nat(2), byte)
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
        const bytes = [...Buffer.from(text)]
        for (const [at, drop, byte] of changes) bytes.splice(at, drop, byte)
        expect(alike(found(Buffer.from(bytes)))).toEqual(alike(expected(Buffer.from(bytes))))
      }),
      { numRuns: 5_000, seed: 4 },
    )
  })
})
