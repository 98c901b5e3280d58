import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { averagePriceStep } from './average-price.ts'

describe('averagePrice', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('averagePrice', run(averagePriceStep(), bars))).toBeLessThan(1e-15)
  })
})
