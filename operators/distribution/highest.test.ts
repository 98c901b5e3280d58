import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { highestStep } from './highest.ts'

describe('highest', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('highest(5)', run(highestStep({ length: 5 }), closes))).toBeLessThan(1e-15)
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => highestStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
