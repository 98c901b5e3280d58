import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { kurtosisStep } from './kurtosis.ts'

describe('kurtosis', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('kurtosis(6)', run(kurtosisStep({ length: 6 }), closes))).toBeLessThan(1e-11)
  })

  it('keeps the digits of small moves at a large price, and forgets a bad tick', () => {
    const moves = [0, 1, 3, 2, 5, 4, 8, 7, 1, 2, 6, 3, 9, 5].map(move => move * 2 ** -13)
    const values = run(kurtosisStep({ length: 5 }), moves)
    const large = run(
      kurtosisStep({ length: 5 }),
      moves.map(move => move + 1e9),
    )
    const bad = run(kurtosisStep({ length: 5 }), [0, 1e15, ...moves])
    for (const [index, value] of values.entries()) {
      expect(large[index]).toBeCloseTo(value, 12)
      expect(bad.at(index - values.length)).toBeCloseTo(value, 12)
    }
  })

  it('is silent while the window is flat', () => {
    expect(run(kurtosisStep({ length: 4 }), [5, 5, 5, 5, 8])).toHaveLength(1)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [3, 2.5, Number.NaN])
      expect(() => kurtosisStep({ length })).toThrow(`at least 4, found ${length}`)
  })
})
