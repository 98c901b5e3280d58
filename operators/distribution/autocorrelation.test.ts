import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { autocorrelationStep } from './autocorrelation.ts'

describe('autocorrelation', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('autocorrelation(8, 2)', run(autocorrelationStep({ length: 8, lag: 2 }), closes))).toBeLessThan(
      1e-12,
    )
  })

  it('keeps small moves at a large price', () => {
    const moves = [3, 1, 4, 1, 5, 9, 2, 6]
    const far = moves.map(x => 1e9 + x * 2 ** -13)
    expect(run(autocorrelationStep({ length: 8, lag: 1 }), far)).toEqual(
      run(autocorrelationStep({ length: 8, lag: 1 }), moves),
    )
  })

  it('is silent on a flat market', () => {
    expect(run(autocorrelationStep({ length: 4, lag: 1 }), [0.1, 0.1, 0.1, 0.1, 0.1])).toEqual([])
  })

  it('refuses a window that holds fewer than two pairs', () => {
    expect(() => autocorrelationStep({ length: 4, lag: 3 })).toThrow('length is at least 5')
    expect(() => autocorrelationStep({ length: 4, lag: 0 })).toThrow('at least 1, found 0')
  })
})
