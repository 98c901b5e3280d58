import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { alligatorStep } from './alligator.ts'

describe('alligator', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf(
        'alligator(6+4, 4+3, 2+2)',
        run(
          alligatorStep({ jawLength: 6, jawShift: 4, teethLength: 4, teethShift: 3, lipsLength: 2, lipsShift: 2 }),
          closes,
        ),
      ),
    ).toBeLessThan(1e-13)
  })

  it('begins at number 21 with the usual lengths, with the price itself on a flat market', () => {
    expect(run(alligatorStep(), new Array(21).fill(0.1))).toEqual([{ jaw: 0.1, teeth: 0.1, lips: 0.1 }])
  })

  it('refuses lengths and shifts that are no whole numbers of inputs', () => {
    expect(() => alligatorStep({ jawLength: 0 })).toThrow('jawLength is an integer of at least 1, found 0')
    expect(() => alligatorStep({ lipsShift: 1.5 })).toThrow('lipsShift is an integer of at least 1, found 1.5')
  })
})
