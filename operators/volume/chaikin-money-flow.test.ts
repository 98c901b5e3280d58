import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { chaikinMoneyFlowStep } from './chaikin-money-flow.ts'

describe('chaikinMoneyFlow', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('chaikinMoneyFlow(5)', run(chaikinMoneyFlowStep({ length: 5 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 on a flat market, and silent where nothing is traded', () => {
    const bar = (high: number, volume: number) => ({ high, low: 5, close: 5, volume })
    expect(run(chaikinMoneyFlowStep({ length: 2 }), [bar(5, 1), bar(5, 2), bar(6, 2)])).toEqual([0, -0.5])
    expect(run(chaikinMoneyFlowStep({ length: 2 }), [bar(6, 0), bar(6, 0), bar(6, 0)])).toEqual([])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => chaikinMoneyFlowStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
