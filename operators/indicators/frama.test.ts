import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { framaStep } from './frama.ts'

describe('frama', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('frama(6)', run(framaStep({ length: 6 }), bars))).toBeLessThan(1e-13)
  })

  it('stays on a flat market', () => {
    const bar = { high: 5, low: 5 }
    expect(run(framaStep({ length: 2 }), [bar, bar, bar])).toEqual([5, 5])
  })

  it('refuses a length without two halves', () => {
    for (const length of [0, 3, 2.5]) expect(() => framaStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
