import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { typicalPriceStep } from './typical-price.ts'

describe('typicalPrice', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('typicalPrice', run(typicalPriceStep(), bars))).toBeLessThan(1e-15)
  })
})
