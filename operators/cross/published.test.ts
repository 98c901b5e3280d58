import { describe, expect, it } from 'vitest'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { betaStep } from './beta.ts'
import { correlationStep } from './correlation.ts'
import { covarianceStep } from './covariance.ts'
import { pairRatioStep } from './pair-ratio.ts'
import { relativeStrengthStep } from './relative-strength.ts'

describe.runIf(hasPublished)(publishedOrNot, () => {
  const market = hasPublished ? publishedBars() : []
  const others = hasPublished ? publishedBars('compare') : []
  // In these values the series `compare` is held against the default one.
  const pairs = market.map((bar, i) => ({ price: others[i]!.close, other: bar.close }))
  const covariances = answers(covarianceStep({ length: 20 }), pairs)

  it.each([
    ['beta.standard', 'beta', answers(betaStep({ length: 50 }), pairs)],
    ['corr.standard', 'correlation', answers(correlationStep({ length: 20 }), pairs)],
    // They divide by n.
    ['corr.standard', 'covariance', covariances.map(value => (value === null ? null : (value * 19) / 20))],
    ['prs.standard', 'prs', answers(pairRatioStep(), pairs)],
    ['prs.standard', 'prsPercent', answers(relativeStrengthStep({ lag: 20 }), pairs)],
  ] as const)('%s: %s', (file, field, ours) => {
    const { unmatched, worst } = deviation(ours, file, field)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })
})
