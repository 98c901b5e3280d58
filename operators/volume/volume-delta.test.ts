import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'
import { run, runAt } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { volumeDeltaStep } from './volume-delta.ts'

describe('volumeDelta', () => {
  it('gives the values of an independent computation', () => {
    const deltas = run(volumeDeltaStep({ spanMs: 10_000 }), inputsOf<Trade>('trades'))
    const values = deltas.map(({ delta, share, unknown }) => ({ delta, share, unknown }))
    expect(errorOf('volumeDelta(10000)', values)).toBeLessThan(1e-14)
  })

  it('closes a span when time passes without a trade, and only once', () => {
    const trade = { at: 0 as Micros, price: 5, size: 2, side: 'sell' as const }
    const deltas = runAt(volumeDeltaStep({ spanMs: 1 }), [[0, trade], [999], [1000], [5000]])
    expect(deltas).toEqual([{ start: 0, at: 1000, delta: -2, share: -1, unknown: 0 }])
  })

  it('counts a late trade into the latest span', () => {
    const trade = { at: 0 as Micros, price: 5, size: 2, side: 'buy' as const }
    const deltas = runAt(volumeDeltaStep({ spanMs: 1 }), [
      [100, trade],
      [1000, trade],
      [900, trade],
      [2500, trade],
    ])
    expect(deltas.map(({ delta }) => delta)).toEqual([2, 4])
  })

  it('refuses a span that is not positive', () => {
    for (const spanMs of [0, -1, Number.NaN]) expect(() => volumeDeltaStep({ spanMs })).toThrow(`found ${spanMs}`)
  })
})
