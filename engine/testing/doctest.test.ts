import { describe, expect, it } from 'vitest'
import { claimsOf, examplesOf } from './doctest.ts'

const holds = async (code: string, scope: Readonly<Record<string, unknown>> = {}): Promise<boolean[]> =>
  (await claimsOf(code, scope)).map(claim => claim.holds)

describe('examplesOf', () => {
  it('finds the examples in doc comments, with their places', () => {
    const text = [
      'export const a = 1',
      '/**',
      ' * A mean.',
      ' *',
      ' * @example',
      ' * mean([1, 3]) // => 2',
      ' *',
      ' * mean([]) // => NaN',
      ' * @example',
      ' * mean([5]) // => 5',
      ' * @see median',
      ' */',
      "const notOne = '/** @example */'",
    ].join('\n')
    expect(examplesOf('operators/mean.ts', text)).toEqual([
      { place: 'operators/mean.ts:6', code: 'mean([1, 3]) // => 2\n\nmean([]) // => NaN\n' },
      { place: 'operators/mean.ts:10', code: 'mean([5]) // => 5\n' },
    ])
  })
})

describe('claimsOf', () => {
  it('runs every statement in one scope, types and all', async () => {
    const code = 'const twice = (x: number): number => x * two\ntwice(3) // => 6\ntwice(4) // => 9'
    expect(await holds(code, { two: 2 })).toEqual([true, false])
  })

  it('lets an example use a name of the scope again', async () => {
    expect(await holds('const two = 3\ntwo // => 3', { two: 2 })).toEqual([true])
  })

  it('says what the value was', async () => {
    expect(await claimsOf('[1, 2]; // => [1, 3]', {})).toEqual([
      { text: '[1, 2]; // => [1, 3]', holds: false, actual: '[ 1, 2 ]' },
    ])
  })

  it('waits for promises that are awaited', async () => {
    expect(await holds('await Promise.resolve(3) // => 3')).toEqual([true])
  })

  it('compares records and lists wholly', async () => {
    expect(await holds("({ a: 1, b: ['x', null] }) // => { a: 1, b: ['x', null] }")).toEqual([true])
    expect(await holds('({ a: 1, b: 2 }) // => { a: 1 }')).toEqual([false])
    expect(await holds('({ a: 1 }) // => { a: 1, b: 2 }')).toEqual([false])
    expect(await holds('[1, 2] // => [1]')).toEqual([false])
    expect(await holds('[] // => {}')).toEqual([true])
  })

  it('compares numbers to the digits that are written', async () => {
    expect(await holds('1 / 3 // => 0.33')).toEqual([true])
    expect(await holds('-2 / 3 // => -0.667')).toEqual([true])
    expect(await holds('1 / 3 // => 0.34')).toEqual([false])
    expect(await holds('2.4 // => 2')).toEqual([false])
    expect(await holds('0n - 8n // => -8n')).toEqual([true])
    expect(await holds('60_000_000 // => 60_000_000')).toEqual([true])
  })

  it('knows NaN, undefined and Infinity', async () => {
    expect(await holds('NaN // => NaN\n0 - 1 / 0 // => -Infinity\nundefined // => undefined')).toEqual([
      true,
      true,
      true,
    ])
    expect(await holds("'NaN' // => NaN")).toEqual([false])
  })

  it('takes a claim over several lines', async () => {
    expect(await holds('[1, 2] // => [\n//   1,\n//   2,\n// ]')).toEqual([true])
  })

  it('refuses a claim that is not a value, and an example that does not parse', async () => {
    await expect(claimsOf('1 // => f(1)', {})).rejects.toThrow('a claim is made of literals, found CallExpression')
    await expect(claimsOf('const = 1', {})).rejects.toThrow('in the example')
    await expect(claimsOf('f( // => 1\n)', {})).rejects.toThrow('a claim does not stand behind its statement')
  })
})
