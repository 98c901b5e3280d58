import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { renkoAtrStep } from './renko-atr.ts'

describe('renkoAtr', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('renkoAtr(3)', run(renkoAtrStep({ length: 3 }), bars))).toBeLessThan(1e-13)
  })

  it('waits on a flat market until there is a height', () => {
    const at = (close: number) => ({ ...bars[0]!, open: close, high: close, low: close, close })
    const bricks = run(renkoAtrStep({ length: 1 }), [5, 5, 5, 7, 9].map(at))
    expect(bricks.map(({ open, close }) => [open, close])).toEqual([[7, 9]])
  })

  it('refuses a length that is no whole number of bars', () => {
    for (const length of [0, 1.5]) expect(() => renkoAtrStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
