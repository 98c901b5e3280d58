import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { Pair } from '../pairs.ts'
import { leadLagCorrelationStep } from './lead-lag-correlation.ts'

describe('leadLagCorrelation', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('leadLagCorrelation(6, 2)', run(leadLagCorrelationStep({ length: 6, lag: 2 }), inputsOf<Pair>('pairs'))),
    ).toBeLessThan(1e-12)
  })

  it('finds who leads', () => {
    const others = [3, 1, 4, 1, 5, 9, 2, 6]
    const pairs = others.map((other, i) => ({ price: others[i - 2] ?? 0, other }))
    expect(run(leadLagCorrelationStep({ length: 6, lag: 2 }), pairs)).toEqual([1])
  })

  it('refuses lengths that are no whole numbers of inputs', () => {
    expect(() => leadLagCorrelationStep({ length: 1, lag: 1 })).toThrow('at least 2, found 1')
    expect(() => leadLagCorrelationStep({ length: 2, lag: 0 })).toThrow('at least 1, found 0')
  })
})
