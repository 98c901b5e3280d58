import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { onBalanceVolumeChangeStep } from './on-balance-volume-change.ts'

describe('onBalanceVolumeChange', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('onBalanceVolumeChange(5)', run(onBalanceVolumeChangeStep({ length: 5 }), bars))).toBeLessThan(1e-14)
  })

  it('is 0 on a flat market, and silent where nothing is traded', () => {
    const bar = (close: number, volume: number) => ({ close, volume })
    expect(
      run(
        onBalanceVolumeChangeStep({ length: 2 }),
        [1, 1, 1, 1].map(close => bar(close, 7)),
      ),
    ).toEqual([0, 0])
    expect(
      run(
        onBalanceVolumeChangeStep({ length: 2 }),
        [1, 2, 3, 4].map(close => bar(close, 0)),
      ),
    ).toEqual([])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => onBalanceVolumeChangeStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
