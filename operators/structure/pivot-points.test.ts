import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { pivotPointsStep } from './pivot-points.ts'

const spans = { spanMs: 300_000 }

describe('pivotPoints', () => {
  it.each(['standard', 'fibonacci', 'camarilla', 'woodie'] as const)(
    'gives the values of an independent computation: %s',
    kind => {
      const levels = run(pivotPointsStep({ window: spans, kind }), bars)
      expect(errorOf(`pivotPoints(300000, ${kind})`, levels)).toBeLessThan(1e-14)
    },
  )

  it('takes the levels of a session into the next one, and none outside of both', () => {
    const window = { zone: 'UTC', open: '09:00', close: '17:00', days: [1, 2, 3, 4, 5, 6, 7] }
    const at = (hour: number, close: number) => ({
      start: (hour * 3_600_000_000) as Micros,
      open: close,
      high: close + 1,
      low: close - 1,
      close,
    })
    const day = [at(9, 6), at(16, 6), at(18, 99), at(24 + 8, 99), at(24 + 10, 7), at(24 + 17, 99), at(48 + 9, 1)]
    expect(run(pivotPointsStep({ window }), day).map(({ pivot }) => pivot)).toEqual([6, 7])
  })

  it('has one level after a flat window', () => {
    const bar = (start: number) => ({ start: start as Micros, open: 5, high: 5, low: 5, close: 5 })
    const flat = { s3: 5, s2: 5, s1: 5, pivot: 5, r1: 5, r2: 5, r3: 5 }
    for (const kind of ['standard', 'fibonacci', 'camarilla', 'woodie'] as const)
      expect(run(pivotPointsStep({ window: { spanMs: 1 }, kind }), [bar(0), bar(1000)])).toEqual([flat])
  })

  it('refuses a span that is not positive', () => {
    expect(() => pivotPointsStep({ window: { spanMs: 0 } })).toThrow('spanMs is positive, found 0')
  })
})
