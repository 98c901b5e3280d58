import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberAt } from './decimal.ts'
import { newFields, pieceOf, scanLine } from './scan.ts'

const numberIn = (text: string): number => {
  const piece = pieceOf(Buffer.from(`7,${text},7\n`))
  const fields = newFields()
  scanLine(piece, 0, 44, fields)
  return numberAt(piece.bytes, fields, 1)
}
const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`))
const sign = fc.constantFrom('', '-', '+')
const seed = 20140501

describe('numberAt', () => {
  it('gives the bits of Number for every decimal', () => {
    const decimal = fc.tuple(sign, digits(25), fc.option(digits(30), { nil: undefined }))
    const law = fc.property(decimal, ([minus, whole, part]) => {
      const text = part === undefined ? minus + whole : `${minus}${whole}.${part}`
      expect(numberIn(text)).toBe(Number(text))
    })
    fc.assert(law, { seed, numRuns: 20_000 })
  })

  it('gives the bits of Number for prices as they are written', () => {
    const law = fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 8 }), (ticks, places) => {
      const text = (ticks / 10 ** places).toFixed(places)
      expect(numberIn(text)).toBe(Number(text))
    })
    fc.assert(law, { seed, numRuns: 20_000 })
  })

  it('reads back every double that is printed', () => {
    const law = fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(numberIn(String(value))).toBe(Number(String(value)))
    })
    fc.assert(law, { seed, numRuns: 20_000 })
  })

  it.each([
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '0.1',
    '-0',
    '1.',
    '.5',
    ' 1.5 ',
    '1e-7',
    '+2E3',
  ])('reads %j', text => {
    expect(numberIn(text)).toBe(Number(text))
  })

  it.each(['', ' ', '.', '-', '+.', '1.2.3', 'NaN', 'Infinity', '0x10', '1e999', '1_000', '--1', '1 2', 'null'])(
    'refuses %j',
    text => {
      expect(numberIn(text)).toBeNaN()
    },
  )
})
