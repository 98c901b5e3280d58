import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { heikinAshiStep } from './heikin-ashi.ts'

describe('heikinAshi', () => {
  it('gives the values of an independent computation', () => {
    const prices = run(heikinAshiStep(), bars).map(({ open, high, low, close }) => ({ open, high, low, close }))
    expect(errorOf('heikinAshi', prices)).toBeLessThan(1e-14)
  })

  it('keeps the times, the volume and the count', () => {
    expect(run(heikinAshiStep(), bars).map(({ at, start, volume, count }) => [at, start, volume, count])).toEqual(
      bars.map(({ at, start, volume, count }) => [at, start, volume, count]),
    )
  })

  it('is flat on a flat market', () => {
    const bar = { ...bars[0]!, open: 0.1, high: 0.1, low: 0.1, close: 0.1 }
    expect(run(heikinAshiStep(), [bar, bar, bar])).toEqual([bar, bar, bar])
  })
})

describe.runIf(hasPublished)(publishedOrNot, () => {
  const made = answers(heikinAshiStep(), hasPublished ? publishedBars() : [])

  it.each(['open', 'high', 'low', 'close', 'volume'] as const)('heikinashi.standard: %s', name => {
    const ours = made.map(bar => bar?.[name] ?? null)
    const { unmatched, worst } = deviation(ours, 'heikinashi.standard', name)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })
})
