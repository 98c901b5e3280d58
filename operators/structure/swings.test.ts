import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, inputsOf } from '../golden.ts'
import { swingsStep } from './swings.ts'

describe('swings', () => {
  it('gives the values of an independent computation', () => {
    expect(run(swingsStep({ span: 2 }), bars)).toEqual(inputsOf('swings(2)'))
  })

  it('takes the earliest of equal extremes', () => {
    const inputs = [1, 5, 5, 3, 1].map((high, i) => ({ at: i as Micros, high, low: 0 }))
    expect(run(swingsStep({ span: 1 }), inputs)).toEqual([{ at: 2, barAt: 1, direction: 1, level: 5 }])
  })

  it('is silent on a flat market', () => {
    const bar = { at: 1 as Micros, open: 5, high: 5, low: 5, close: 5 }
    expect(run(swingsStep({ span: 1 }), [bar, bar, bar, bar, bar])).toEqual([])
  })

  it('refuses a span that is no whole number of bars', () => {
    for (const span of [0, 1.5]) expect(() => swingsStep({ span })).toThrow(`at least 1, found ${span}`)
  })
})
