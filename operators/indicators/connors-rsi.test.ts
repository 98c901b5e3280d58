import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { connorsRsiStep } from './connors-rsi.ts'

describe('connorsRsi', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('connorsRsi(3, 2, 10)', run(connorsRsiStep({ length: 3, streak: 2, rank: 10 }), closes)),
    ).toBeLessThan(1e-12)
  })

  it('has nothing but the two middles on a flat market', () => {
    expect(run(connorsRsiStep({ length: 2, streak: 2, rank: 2 }), [3, 3, 3, 3])).toEqual([100 / 3])
  })

  it('refuses a length that is no whole number', () => {
    for (const rank of [0, 2.5, Number.NaN])
      expect(() => connorsRsiStep({ length: 3, streak: 2, rank })).toThrow(
        `rank is an integer of at least 1, found ${rank}`,
      )
  })
})
