import { describe, expect, it } from 'vitest'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { adxStep } from './adx.ts'
import { rsiStep } from './rsi.ts'
import { smaStep } from './sma.ts'

describe.runIf(hasPublished)(publishedOrNot, () => {
  const bars = hasPublished ? publishedBars() : []
  const closes = bars.map(({ close }) => close)

  it.each([
    ['sma.standard', 'sma', answers(smaStep({ length: 20 }), closes)],
    ['adx.standard', 'adx', answers(adxStep({ length: 14 }), bars)],
    ['rsi.standard', 'rsi', answers(rsiStep({ length: 14 }), closes)],
  ] as const)('%s: %s', (file, field, ours) => {
    const { unmatched, worst } = deviation(ours, file, field)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })
})
