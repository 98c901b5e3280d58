import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { pivotPointsStep } from './pivot-points.ts'
import { rollingPivotsStep } from './rolling-pivots.ts'

const bars = hasPublished ? publishedBars() : []

/** Published by month: the number of the month stands for the time. */
const monthly = bars.map(bar => {
  const date = new Date(bar.start / 1000)
  return { ...bar, start: ((date.getUTCFullYear() * 12 + date.getUTCMonth()) * 1000) as Micros }
})

describe.runIf(hasPublished)(publishedOrNot, () => {
  describe.each([
    ['pivot-points.standard', answers(pivotPointsStep({ window: { spanMs: 1 } }), monthly)],
    ['rolling-pivots.standard', answers(rollingPivotsStep({ length: 20 }), bars)],
  ])('%s', (file, levels) => {
    it.each([
      ['pp', 'pivot'],
      ['r1', 'r1'],
      ['r2', 'r2'],
      ['r3', 'r3'],
      ['s1', 's1'],
      ['s2', 's2'],
      ['s3', 's3'],
    ] as const)('%s', (field, level) => {
      const ours = levels.map(record => record?.[level] ?? null)
      const { unmatched, worst } = deviation(ours, file, field)
      expect(unmatched).toBe(0)
      expect(worst).toBeLessThan(1e-9)
    })
  })
})
