import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { rollingVolumeDeltaStep } from './rolling-volume-delta.ts'

describe('rollingVolumeDelta', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('rollingVolumeDelta(10)', run(rollingVolumeDeltaStep({ length: 10 }), inputsOf<Trade>('trades'))),
    ).toBeLessThan(1e-14)
  })

  it('is 0 where trades have no size, or nobody can tell their sides', () => {
    const trades = (size: number, side: Trade['side']) => [
      { price: 5, size, side },
      { price: 5, size, side },
    ]
    const none = { delta: 0, share: 0, unknown: 0 }
    expect(run(rollingVolumeDeltaStep({ length: 2 }), trades(0, 'buy'))).toEqual([none])
    expect(run(rollingVolumeDeltaStep({ length: 2 }), trades(3, 'unknown'))).toEqual([{ ...none, unknown: 1 }])
  })

  it('refuses a length that is no whole number of inputs', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => rollingVolumeDeltaStep({ length })).toThrow(`at least 1, found ${length}`)
  })
})
