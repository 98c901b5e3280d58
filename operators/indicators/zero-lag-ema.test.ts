import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { zeroLagEmaStep } from './zero-lag-ema.ts'

describe('zeroLagEma', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('zeroLagEma(6)', run(zeroLagEmaStep({ length: 6 }), closes))).toBeLessThan(1e-13)
  })

  it('follows a steady move without lag, and stays on a flat market', () => {
    expect(run(zeroLagEmaStep({ length: 5 }), [1, 2, 3, 4, 5, 6, 7, 8])).toEqual([7, 8])
    expect(run(zeroLagEmaStep({ length: 3 }), [0.1, 0.1, 0.1, 0.1])).toEqual([0.1])
  })

  it('refuses a length without a half', () => {
    for (const length of [2, 3.5]) expect(() => zeroLagEmaStep({ length })).toThrow(`at least 3, found ${length}`)
  })
})
