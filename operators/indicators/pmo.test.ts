import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { pmoStep } from './pmo.ts'

describe('pmo', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('pmo(6, 4, 3)', run(pmoStep({ long: 6, short: 4, signal: 3 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(pmoStep({ long: 2, short: 2, signal: 1 }), [0.1, 0.1, 0.1, 0.1])).toEqual([{ pmo: 0, signal: 0 }])
  })

  it('refuses a length that is no whole number', () => {
    for (const short of [1, 2.5, Number.NaN])
      expect(() => pmoStep({ long: 6, short, signal: 3 })).toThrow(`short is an integer of at least 2, found ${short}`)
  })
})
