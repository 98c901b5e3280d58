import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { LevelRow } from '../ladder.ts'
import { bookSlopeStep } from './book-slope.ts'

describe('bookSlope', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('bookSlope(3)', run(bookSlopeStep({ levels: 3 }), inputsOf<LevelRow>('bookRows')))).toBeLessThan(
      1e-12,
    )
  })

  it('refuses a number of levels that is none', () => {
    expect(() => bookSlopeStep({ levels: 0 })).toThrow('levels is an integer of at least 1, found 0')
  })
})
