import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { hmaStep } from './hma.ts'

describe('hma', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('hma(6)', run(hmaStep({ length: 6 }), closes))).toBeLessThan(1e-13)
  })

  it('keeps the digits of small moves at a large price', () => {
    const moves = [0, 1, 3, 2, 5, 4, 8, 7, 1, 2, 6, 3, 9, 5].map(move => move * 2 ** -13)
    const large = run(
      hmaStep({ length: 5 }),
      moves.map(move => move + 1e9),
    )
    for (const [index, value] of run(hmaStep({ length: 5 }), moves).entries())
      expect(large[index]! - 1e9).toBeCloseTo(value, 6)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, Number.NaN]) expect(() => hmaStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
