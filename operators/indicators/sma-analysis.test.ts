import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { smaAnalysisStep } from './sma-analysis.ts'

describe('smaAnalysis', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('smaAnalysis(5)', run(smaAnalysisStep({ length: 5 }), closes))).toBeLessThan(1e-13)
  })

  it('has no error on a flat market', () => {
    const flat = run(smaAnalysisStep({ length: 3 }), [0.1, 0.1, 0.1])
    expect(flat).toEqual([{ sma: 0.1, mad: 0, mse: 0, mape: 0 }])
  })

  it('refuses a window of one', () => {
    expect(() => smaAnalysisStep({ length: 1 })).toThrow('at least 2, found 1')
  })
})
