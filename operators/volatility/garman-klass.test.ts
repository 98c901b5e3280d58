import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { garmanKlassStep } from './garman-klass.ts'

describe('garmanKlass', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('garmanKlass(5)', run(garmanKlassStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is exactly 0 while the window is flat, also behind a large range', () => {
    const bar = (range: number) => ({ open: 1 + range / 2, high: 1 + range, low: 1, close: 1 })
    expect(run(garmanKlassStep({ length: 2 }), [9, 0, 0].map(bar)).map(v => v === 0)).toEqual([false, true])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => garmanKlassStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
