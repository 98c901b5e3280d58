import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { parkinsonStep } from './parkinson.ts'

describe('parkinson', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('parkinson(5)', run(parkinsonStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is exactly 0 while the window is flat, also behind a large range', () => {
    const bar = (range: number) => ({ high: 1 + range, low: 1 })
    expect(run(parkinsonStep({ length: 2 }), [9, 0, 0, 0.3, 0, 0].map(bar)).map(v => v === 0)).toEqual([
      false,
      true,
      false,
      false,
      true,
    ])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => parkinsonStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
