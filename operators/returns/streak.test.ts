import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { streakStep } from './streak.ts'

describe('streak', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('streak(9)', run(streakStep({ atMost: 9 }), closes))).toBeLessThan(1e-15)
  })

  it('begins anew behind an unchanged price', () => {
    expect(run(streakStep({ atMost: 9 }), [1, 2, 3, 3, 4, 3, 2])).toEqual([1, 2, 0, 1, -1, -2])
  })

  it('refuses a bound that is no whole number of changes', () => {
    for (const atMost of [0, 1.5, Number.NaN])
      expect(() => streakStep({ atMost })).toThrow(`at least 1, found ${atMost}`)
  })
})
