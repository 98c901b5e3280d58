import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { mamaStep } from './mama.ts'

describe('mama', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('mama(0.5, 0.05)', run(mamaStep({ fast: 0.5, slow: 0.05 }), closes))).toBeLessThan(1e-12)
  })

  it('stays on a flat market', () => {
    const flat = run(mamaStep({ fast: 0.5, slow: 0.05 }), new Array(20).fill(0.1))
    for (const { mama, fama } of flat) expect([mama, fama]).toEqual([0.1, 0.1])
  })

  it('refuses weights that are none, and a fast one that is not the larger', () => {
    expect(() => mamaStep({ fast: 0.5, slow: 0 })).toThrow('slow is above 0, found 0')
    for (const fast of [0.05, 1.1]) expect(() => mamaStep({ fast, slow: 0.05 })).toThrow(`found ${fast}`)
  })
})
