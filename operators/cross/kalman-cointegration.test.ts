import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../engine/testing/operator/market.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { kalmanCointegrationStep } from './kalman-cointegration.ts'

describe('kalmanCointegration', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('kalmanCointegration(0.9)', run(kalmanCointegrationStep({ discount: 0.9 }), inputsOf<Pair>('pairs'))),
    ).toBeLessThan(1e-12)
  })

  it('is silent while the other is flat', () => {
    const flat = Array.from({ length: 9 }, (_, i) => ({ price: 5 + i * i, other: 0.1 }))
    expect(run(kalmanCointegrationStep({ discount: 0.9 }), flat)).toEqual([])
  })

  it('follows a ratio that drifts', () => {
    const chance = chanceOf(3)
    const pairs = Array.from({ length: 2_000 }, (_, i) => {
      const other = 100 + 10 * Math.sin(i / 5)
      return { price: (2 + i / 1_000) * other + chance(), other }
    })
    const last = run(kalmanCointegrationStep({ discount: 0.95 }), pairs).at(-1)!
    expect(last.slope).toBeCloseTo(3.98, 1)
    expect(Math.abs(last.z)).toBeLessThan(3)
  })

  it('refuses a discount that keeps nothing, or everything', () => {
    for (const discount of [0, 1, Number.NaN])
      expect(() => kalmanCointegrationStep({ discount })).toThrow(`above 0 and below 1, found ${discount}`)
  })
})
