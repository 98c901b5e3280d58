import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { slopeStep } from './slope.ts'

describe('slope', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('slope(5)', run(slopeStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat window, to the bit, also behind a large move', () => {
    expect(run(slopeStep({ length: 4 }), [9, 0.1, 0.1, 0.1, 0.1, 0.1]).slice(1)).toEqual([0, 0])
  })

  it('keeps the digits of small moves at a large price', () => {
    const moves = [0, 1, 3, 2, 5, 4, 8, 7, 1, 2, 6, 3, 9, 5].map(move => move * 2 ** -13)
    const large = run(
      slopeStep({ length: 5 }),
      moves.map(move => move + 1e9),
    )
    for (const [index, value] of run(slopeStep({ length: 5 }), moves).entries())
      expect(large[index]! - 0).toBeCloseTo(value, 12)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => slopeStep({ length })).toThrow(`at least 2, found ${length}`)
  })

  it('forgets a bad tick as soon as it has left', () => {
    const price = (i: number): number => 1e9 + 1e-4 * ((i * 37) % 11)
    for (let bad = 20; bad < 27; bad++) {
      const inputs = Array.from({ length: 60 }, (_, i) => (i === bad ? 1e15 : price(i)))
      const after = run(slopeStep({ length: 5 }), inputs).slice(bad + 5 - 4)
      const without = run(slopeStep({ length: 5 }), inputs.slice(bad + 1))
      expect(after).toEqual(without.map(value => expect.closeTo(value, 12)))
    }
  })
})
