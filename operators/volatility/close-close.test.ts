import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { closeCloseStep } from './close-close.ts'

describe('closeClose', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('closeClose(5)', run(closeCloseStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('is exactly 0 while the window is flat, also behind a large move', () => {
    expect(run(closeCloseStep({ length: 3 }), [9, 0.1, 0.1, 0.1, 0.1]).slice(1)).toEqual([0])
  })

  it('keeps the digits of small moves at a large price', () => {
    const at = (base: number) => [0, 1, 3, 2, 5, 4, 8, 7].map(move => base + move * 2 ** -13)
    const large = run(closeCloseStep({ length: 3 }), at(1e9))
    for (const [index, value] of run(closeCloseStep({ length: 3 }), at(1e6)).entries())
      expect(large[index]! / value).toBeCloseTo(1e-3, 6)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => closeCloseStep({ length })).toThrow(`at least 2, found ${length}`)
  })
})
