import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { accumulationDistributionStep } from './accumulation-distribution.ts'

describe('accumulationDistribution', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('accumulationDistribution', run(accumulationDistributionStep(), bars))).toBeLessThan(1e-13)
  })

  it('stays where a bar has no range, and where nothing is traded', () => {
    const flat = { high: 5, low: 5, close: 5, volume: 7 }
    const empty = { high: 6, low: 5, close: 6, volume: 0 }
    expect(run(accumulationDistributionStep(), [flat, { ...empty, volume: 2 }, flat, empty])).toEqual([0, 2, 2, 2])
  })
})
