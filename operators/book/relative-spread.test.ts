import { describe, expect, it } from 'vitest'
import type { Quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { relativeSpreadStep } from './relative-spread.ts'

describe('relativeSpread', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('relativeSpread', run(relativeSpreadStep(), inputsOf<Quote>('quotes')))).toBeLessThan(1e-12)
  })

  it('is 0 on a locked quote', () => {
    expect(run(relativeSpreadStep(), [{ bid: 2, ask: 2 }])).toEqual([0])
  })
})
