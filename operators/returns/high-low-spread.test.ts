import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { highLowSpreadStep } from './high-low-spread.ts'

describe('highLowSpread', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('highLowSpread', run(highLowSpreadStep(), bars))).toBeLessThan(1e-12)
  })
})
