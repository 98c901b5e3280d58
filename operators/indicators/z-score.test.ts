import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { zScoreStep } from './z-score.ts'

const prices = [
  100.05, 100.11, 100.34, 100.55, 100.57, 100.87, 100.63, 100.56, 100.54, 100.82, 100.88, 101.08, 101.17, 101.38, 101.3,
  101.46, 101.58, 101.38,
]
// Exact fractions, by the definition on each window, in Python.
const golden = [
  1.0198780588, 1.3478808807, 0.1999446213, -0.5652159114, -0.6905420726, 0.8961731735, 1.2527867185, 1.3346690816,
  1.1065691123, 1.3879681721, 0.7058846616, 1.1817185302, 1.29796894, -0.377964473,
]

describe('zScore', () => {
  it('gives the values of an independent computation', () => {
    const values = run(zScoreStep({ length: 5 }), prices)
    expect(values.length).toBe(golden.length)
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(golden[index]!, 9)
  })

  it('is silent while the window is flat', () => {
    expect(run(zScoreStep({ length: 3 }), [5, 5, 5, 5, 8])).toHaveLength(1)
  })

  it('keeps the digits of small moves at a large price', () => {
    // Whole multiples of 2^-13 stay exact at 1e9, so nothing may be lost.
    const moves = prices.map(price => Math.round(price * 8192) / 8192)
    const large = run(
      zScoreStep({ length: 5 }),
      moves.map(move => move + 1e9),
    )
    for (const [index, value] of run(zScoreStep({ length: 5 }), moves).entries())
      expect(large[index]).toBeCloseTo(value, 9)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, -3, Number.NaN])
      expect(() => zScoreStep({ length })).toThrow(`at least 2, found ${length}`)
  })

  it('forgets a bad tick as soon as it has left', () => {
    const price = (i: number): number => 1e9 + 1e-4 * ((i * 37) % 11)
    for (let bad = 20; bad < 27; bad++) {
      const inputs = Array.from({ length: 60 }, (_, i) => (i === bad ? 1e15 : price(i)))
      const after = run(zScoreStep({ length: 5 }), inputs).slice(bad + 5 - 4)
      const without = run(zScoreStep({ length: 5 }), inputs.slice(bad + 1))
      expect(after).toEqual(without.map(value => expect.closeTo(value, 12)))
    }
  })
})
