import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { rocBandsStep } from './roc-bands.ts'

describe('rocBands', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('rocBands(5, 3, 4)', run(rocBandsStep({ lag: 5, average: 3, width: 4 }), closes))).toBeLessThan(
      1e-12,
    )
  })

  it('is 0 on a flat market', () => {
    const values = run(rocBandsStep({ lag: 1, average: 2, width: 2 }), [0.1, 0.1, 0.1])
    expect(values).toEqual([{ roc: 0, mean: 0, upper: 0, lower: 0 }])
  })

  it('refuses a length that is no whole number', () => {
    for (const width of [0, 2.5, Number.NaN])
      expect(() => rocBandsStep({ lag: 2, average: 2, width })).toThrow(
        `width is an integer of at least 1, found ${width}`,
      )
  })
})
