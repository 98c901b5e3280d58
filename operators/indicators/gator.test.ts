import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { gatorStep } from './gator.ts'

describe('gator', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf(
        'gator(6+4, 4+3, 2+2)',
        run(
          gatorStep({ jawLength: 6, jawShift: 4, teethLength: 4, teethShift: 3, lipsLength: 2, lipsShift: 2 }),
          closes,
        ),
      ),
    ).toBeLessThan(1e-12)
  })

  it('begins at number 22 with the usual lengths, shut on a flat market', () => {
    const shut = { upper: 0, lower: 0, isUpperWider: 0, isLowerWider: 0 }
    expect(run(gatorStep(), new Array(22).fill(0.1))).toEqual([shut])
  })

  it('refuses what an alligator refuses', () => {
    expect(() => gatorStep({ jawLength: 0 })).toThrow('jawLength is an integer of at least 1, found 0')
  })
})
