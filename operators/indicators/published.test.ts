import { describe, expect, it } from 'vitest'
import { closeStep } from '../bars/close.ts'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { natrStep } from '../volatility/natr.ts'
import { trueRangeStep } from '../volatility/true-range.ts'
import { adxStep } from './adx.ts'
import { atrStep } from './atr.ts'
import { demaStep } from './dema.ts'
import { emaStep } from './ema.ts'
import { hmaStep } from './hma.ts'
import { linearRegressionStep } from './linear-regression.ts'
import { rsiStep } from './rsi.ts'
import { smaStep } from './sma.ts'
import { stdevStep } from './stdev.ts'
import { temaStep } from './tema.ts'
import { wmaStep } from './wma.ts'
import { zScoreStep } from './z-score.ts'

describe.runIf(hasPublished)(publishedOrNot, () => {
  const bars = hasPublished ? publishedBars() : []
  const closes = bars.map(({ close }) => close)

  // Theirs divides by n, ours by n - 1.
  const bySample = Math.sqrt(13 / 14)
  const deviations = answers(stdevStep({ length: 14 }), closes).map(value => value && value * bySample)
  const scores = answers(zScoreStep({ length: 14 }), closes).map(value => value && value / bySample)

  it.each([
    ['adx.standard', 'adx', answers(adxStep({ length: 14 }), bars)],
    ['atr.standard', 'atr', answers(atrStep({ length: 14 }), bars)],
    ['atr.standard', 'atrp', answers(natrStep({ length: 14 }), bars)],
    ['barpart.standard', 'value', answers(closeStep(), bars)],
    ['dema.standard', 'dema', answers(demaStep({ length: 14 }), closes)],
    ['ema.standard', 'ema', answers(emaStep({ length: 20 }), closes)],
    ['epma.standard', 'epma', answers(linearRegressionStep({ length: 10 }), closes)],
    ['hma.standard', 'hma', answers(hmaStep({ length: 14 }), closes)],
    ['rsi.standard', 'rsi', answers(rsiStep({ length: 14 }), closes)],
    ['sma.standard', 'sma', answers(smaStep({ length: 20 }), closes)],
    ['stdev.standard', 'mean', answers(smaStep({ length: 14 }), closes)],
    ['stdev.standard', 'stdDev', deviations],
    ['stdev.standard', 'zScore', scores],
    ['tema.standard', 'tema', answers(temaStep({ length: 20 }), closes)],
    ['tr.standard', 'tr', answers(trueRangeStep(), bars)],
    ['wma.standard', 'wma', answers(wmaStep({ length: 14 }), closes)],
  ] as const)('%s: %s', (file, field, ours) => {
    const { unmatched, worst } = deviation(ours, file, field)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })
})
