import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { LevelRow } from '../ladder.ts'
import { bookImbalanceStep } from './book-imbalance.ts'

describe('bookImbalance', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('bookImbalance(3)', run(bookImbalanceStep({ levels: 3 }), inputsOf<LevelRow>('bookRows'))),
    ).toBeLessThan(1e-12)
  })

  it('refuses a number of levels that is none', () => {
    expect(() => bookImbalanceStep({ levels: 0 })).toThrow('levels is an integer of at least 1, found 0')
  })
})
