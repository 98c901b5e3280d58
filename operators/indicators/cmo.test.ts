import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { cmoStep } from './cmo.ts'

describe('cmo', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('cmo(5)', run(cmoStep({ length: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('forgets a bad tick when it has left the window', () => {
    const prices = [1, 2, 1, 3e8, 2, 3, 5, 4]
    expect(run(cmoStep({ length: 2 }), prices).slice(-2)).toEqual([100, 100 * (1 / 3)])
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => cmoStep({ length })).toThrow(`length is an integer of at least 1, found ${length}`)
  })
})
