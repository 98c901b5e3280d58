import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { maxDrawdownStep } from './max-drawdown.ts'

describe('maxDrawdown', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('maxDrawdown(6)', run(maxDrawdownStep({ length: 6 }), closes))).toBeLessThan(1e-12)
  })

  it('forgets a fall whose high has left the window', () => {
    expect(run(maxDrawdownStep({ length: 3 }), [8, 2, 4, 4, 4, 5])).toEqual([0.75, 0, 0, 0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5]) expect(() => maxDrawdownStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
