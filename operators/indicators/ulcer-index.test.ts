import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { ulcerIndexStep } from './ulcer-index.ts'

describe('ulcerIndex', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('ulcerIndex(5)', run(ulcerIndexStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market and on a rising one', () => {
    expect(run(ulcerIndexStep({ length: 3 }), [1, 1, 1, 2, 3])).toEqual([0, 0, 0])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5]) expect(() => ulcerIndexStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
