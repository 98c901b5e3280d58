import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { fairValueGapStateStep } from './fair-value-gap-state.ts'

describe('fairValueGapState', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('fairValueGapState(32)', run(fairValueGapStateStep({ most: 32 }), bars))).toBeLessThan(1e-12)
  })

  it('tells how far a gap has been filled', () => {
    const bar = (high: number, low: number) => ({ high, low })
    const inputs = [bar(2, 1), bar(7, 2), bar(7, 6), bar(7, 5), bar(6, 3), bar(6, 2)]
    expect(run(fairValueGapStateStep({ most: 4 }), inputs)).toEqual([
      { open: 1, direction: 1, age: 0, filled: 0 },
      { open: 1, direction: 1, age: 1, filled: 0.25 },
      { open: 1, direction: 1, age: 2, filled: 0.75 },
      { open: 0, direction: 0, age: 0, filled: 0 },
    ])
  })

  it('forgets the oldest of more than it follows', () => {
    const rising = Array.from({ length: 9 }, (_, i) => ({ high: 3 * i + 1, low: 3 * i }))
    expect(run(fairValueGapStateStep({ most: 3 }), rising).map(({ open }) => open)).toEqual([1, 2, 3, 3, 3, 3, 3])
  })

  it('finds none on a flat market', () => {
    const bar = { high: 5, low: 5 }
    expect(run(fairValueGapStateStep({ most: 2 }), [bar, bar, bar])).toEqual([
      { open: 0, direction: 0, age: 0, filled: 0 },
    ])
  })

  it('refuses a number of gaps that is none', () => {
    expect(() => fairValueGapStateStep({ most: 0 })).toThrow('most is an integer of at least 1, found 0')
  })
})
