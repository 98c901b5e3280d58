import { describe, expect, it } from 'vitest'
import { runAt } from '../../engine/testing/run-kernel.ts'
import { rangeBarsStep } from './range-bars.ts'

const closesOf = (range: number, ...prices: number[]): number[] =>
  runAt(
    rangeBarsStep({ range }),
    prices.map((price, at) => [at, price]),
  ).map(({ close }) => close)

describe('rangeBars', () => {
  it('counts from low to high, whichever came first', () => {
    expect(closesOf(3, 5, 4, 6, 7, 9, 8, 6)).toEqual([7, 6])
  })

  it('makes one bar of a jump', () => {
    expect(closesOf(1, 5, 50, 50, 51)).toEqual([50, 51])
  })

  it('takes a range for complete that rounding has made too short', () => {
    expect(1.1005 - 1.1002).toBeLessThan(0.0003)
    expect(closesOf(0.0003, 1.1002, 1.1005)).toEqual([1.1005])
    expect(closesOf(1e-4, 1e9, 1e9 + 5e-5, 1e9 + 1e-4)).toEqual([1e9 + 1e-4])
  })

  it('gives none on a flat market', () => {
    expect(closesOf(0.01, 5, 5, 5, 5)).toEqual([])
  })

  it('refuses a range that is not positive', () => {
    for (const range of [0, -1, Number.NaN]) expect(() => rangeBarsStep({ range })).toThrow(`found ${range}`)
  })
})
