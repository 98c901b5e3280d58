import { describe, expect, it } from 'vitest'
import type { Quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { spreadStep } from './spread.ts'

describe('spread', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('spread', run(spreadStep(), inputsOf<Quote>('quotes')))).toBeLessThan(1e-12)
  })

  it('is negative on a crossed quote', () => {
    expect(run(spreadStep(), [{ bid: 2, ask: 1 }])).toEqual([-1])
  })
})
