import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { pairSpreadStep } from './pair-spread.ts'

describe('pairSpread', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('pairSpread(0.5)', run(pairSpreadStep({ ratio: 0.5 }), inputsOf<Pair>('pairs')))).toBeLessThan(1e-12)
  })

  it('refuses a ratio that is none', () => {
    expect(() => pairSpreadStep({ ratio: Number.NaN })).toThrow('ratio is finite, found NaN')
  })
})
