import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { t3Step } from './t3.ts'

describe('t3', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('t3(3, 0.7)', run(t3Step({ length: 3, volumeFactor: 0.7 }), closes))).toBeLessThan(1e-13)
  })

  it('is an ema three times over at the factor 0', () => {
    const once = { length: 3, volumeFactor: 0 }
    expect(errorOf('t3(3, 0)', run(t3Step(once), closes))).toBeLessThan(1e-13)
  })

  it('refuses a length that is no whole number of inputs, and a factor outside', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => t3Step({ length, volumeFactor: 0.7 })).toThrow(`at least 1, found ${length}`)
    for (const volumeFactor of [-0.1, 1.1, Number.NaN])
      expect(() => t3Step({ length: 3, volumeFactor })).toThrow(`within 0 to 1, found ${volumeFactor}`)
  })
})
