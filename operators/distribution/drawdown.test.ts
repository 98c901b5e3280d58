import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { drawdownStep } from './drawdown.ts'

describe('drawdown', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('drawdown(6)', run(drawdownStep({ length: 6 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market', () => {
    expect(run(drawdownStep({ length: 2 }), [5, 5, 5])).toEqual([0, 0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5]) expect(() => drawdownStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
