import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { easeOfMovementStep } from './ease-of-movement.ts'

describe('easeOfMovement', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('easeOfMovement(5, 1000)', run(easeOfMovementStep({ length: 5, unit: 1000 }), bars))).toBeLessThan(
      1e-14,
    )
  })

  it('is 0 on a flat market, and where nothing is traded', () => {
    const bar = (low: number, range: number, volume: number) => ({ high: low + range, low, volume })
    const ease = easeOfMovementStep({ length: 2, unit: 1 })
    expect(run(ease, [bar(5, 0, 1), bar(5, 0, 2), bar(5, 0, 3)])).toEqual([0])
    expect(run(ease, [bar(5, 1, 0), bar(6, 1, 0), bar(7, 1, 0)])).toEqual([0])
  })

  it('refuses a unit that is not positive', () => {
    for (const unit of [0, -1, Number.NaN])
      expect(() => easeOfMovementStep({ length: 5, unit })).toThrow(`found ${unit}`)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => easeOfMovementStep({ length, unit: 1 })).toThrow(`at least 1, found ${length}`)
  })
})
