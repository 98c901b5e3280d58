import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { candleShapeStep } from './candle-shape.ts'

describe('candleShape', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('candleShape', run(candleShapeStep(), bars))).toBeLessThan(1e-12)
  })

  it('is silent for a bar without a range', () => {
    expect(run(candleShapeStep(), [{ open: 5, high: 5, low: 5, close: 5 }])).toEqual([])
  })
})
