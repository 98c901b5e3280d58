import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { medianPriceStep } from './median-price.ts'

describe('medianPrice', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('medianPrice', run(medianPriceStep(), bars))).toBeLessThan(1e-15)
  })
})
