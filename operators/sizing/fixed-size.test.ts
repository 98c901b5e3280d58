import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { fixedSizeStep } from './fixed-size.ts'

describe('fixedSize', () => {
  it('holds the same size to either side, and nothing when flat', () => {
    const targets = run(
      fixedSizeStep({ lots: 3 }),
      ([1, -1, 0] as const).map(direction => ({ direction, price: 5 })),
    )
    expect(targets).toEqual([3, -3, 0].map(lots => ({ lots, price: 5 })))
  })

  it('refuses what is no whole number of lots', () => {
    for (const lots of [0, -1, 1.5, Number.NaN]) expect(() => fixedSizeStep({ lots })).toThrow(`found ${lots}`)
  })
})
