import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { rollingPivotsStep } from './rolling-pivots.ts'

describe('rollingPivots', () => {
  it.each(['standard', 'fibonacci', 'camarilla', 'woodie'] as const)(
    'gives the values of an independent computation: %s',
    kind => {
      const levels = run(rollingPivotsStep({ length: 5, offset: 2, kind }), bars)
      expect(errorOf(`rollingPivots(5, 2, ${kind})`, levels)).toBeLessThan(1e-14)
    },
  )

  it('has one level after a flat window', () => {
    const bar = { open: 5, high: 5, low: 5, close: 5 }
    const flat = { s3: 5, s2: 5, s1: 5, pivot: 5, r1: 5, r2: 5, r3: 5 }
    expect(run(rollingPivotsStep({ length: 1 }), [bar, bar])).toEqual([flat])
  })

  it('refuses a length and an offset that are no whole numbers of bars', () => {
    expect(() => rollingPivotsStep({ length: 0 })).toThrow('length is an integer of at least 1, found 0')
    expect(() => rollingPivotsStep({ length: 2, offset: -1 })).toThrow('offset is an integer of at least 0, found -1')
  })
})
