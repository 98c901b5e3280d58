import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { pairRatioStep } from './pair-ratio.ts'

describe('pairRatio', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('pairRatio', run(pairRatioStep(), inputsOf<Pair>('pairs')))).toBeLessThan(1e-12)
  })

  it('is 1 for a thing against itself', () => {
    expect(run(pairRatioStep(), [{ price: 0.3, other: 0.3 }])).toEqual([1])
  })
})
