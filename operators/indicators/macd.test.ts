import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { macdStep } from './macd.ts'

describe('macd', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('macd(4, 7, 3)', run(macdStep({ fast: 4, slow: 7, signal: 3 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(macdStep({ fast: 1, slow: 2, signal: 2 }), [0.1, 0.1, 0.1])).toEqual([
      { macd: 0, signal: 0, histogram: 0 },
    ])
  })

  it('keeps the digits of small moves at a large price', () => {
    const moves = Array.from({ length: 60 }, (_, i) => (i % 7) * 2 ** -13)
    const lines = (base: number) =>
      run(
        macdStep({ fast: 3, slow: 6, signal: 3 }),
        moves.map(move => base + move),
      )
    const near = lines(0).map(({ macd }) => macd)
    for (const [i, { macd }] of lines(1e9).entries()) expect(Math.abs(macd - near[i]!)).toBeLessThan(1e-13)
  })

  it('refuses lengths that are no whole numbers, and a slow one that is not the longer', () => {
    for (const signal of [0, 2.5, Number.NaN])
      expect(() => macdStep({ fast: 2, slow: 3, signal })).toThrow(
        `signal is an integer of at least 1, found ${signal}`,
      )
    expect(() => macdStep({ fast: 3, slow: 3, signal: 1 })).toThrow('slow is above fast 3, found 3')
  })
})
