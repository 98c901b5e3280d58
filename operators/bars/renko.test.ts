import { describe, expect, it } from 'vitest'
import type { Bar } from '../../engine/market/bar.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { MOST_AT_ONCE } from '../bricks.ts'
import { bars, errorOf } from '../golden.ts'
import { deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { renkoStep } from './renko.ts'

const at = (close: number): Bar => ({ ...bars[0]!, open: close, high: close, low: close, close })

describe('renko', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('renko(0.2)', run(renkoStep({ size: 0.2 }), bars))).toBeLessThan(1e-14)
    expect(errorOf('renko(0.2, 99.97)', run(renkoStep({ size: 0.2, origin: 99.97 }), bars))).toBeLessThan(1e-14)
  })

  it('completes a brick at its edge, where the difference of two prices has lost a digit', () => {
    const edges = run(renkoStep({ size: 0.1 }), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(at))
    expect(edges.map(({ close }) => close.toFixed(10))).toEqual([0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(x => x.toFixed(10)))
  })

  it('makes one brick of a wrong price, and one back', () => {
    const bricks = run(renkoStep({ size: 1 }), [10, 11, 2_000_000, 11].map(at))
    expect(bricks.map(({ open, close }) => [open, close])).toEqual([
      [10, 11],
      [11, 2_000_000],
      [1_999_999, 11],
    ])
    expect(MOST_AT_ONCE).toBe(1000)
  })

  it('is silent on a flat market', () => {
    expect(run(renkoStep({ size: 1 }), [5, 5, 5].map(at))).toEqual([])
  })

  it('refuses bricks without a height', () => {
    for (const size of [0, -1, Number.NaN]) expect(() => renkoStep({ size })).toThrow(`found ${size}`)
  })
})

describe.runIf(hasPublished)(publishedOrNot, () => {
  const inputs = hasPublished ? publishedBars() : []
  // The published range is that of all 502 bars, which is known behind the last of them.
  it.each([
    ['renko.standard', 1, 213],
    ['renko-atr.standard', 6.149748287843305, 212.8],
  ])('%s', (file, size, origin) => {
    const bricks = run(renkoStep({ size, origin }), inputs)
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
      const ours = bricks.map(brick => brick[name])
      expect(deviation(ours, file, name)).toMatchObject({ unmatched: 0, worst: expect.closeTo(0, 9) })
    }
  })
})
