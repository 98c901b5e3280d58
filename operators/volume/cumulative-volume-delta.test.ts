import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { cumulativeVolumeDeltaStep } from './cumulative-volume-delta.ts'

const bought = { price: 5, side: 'buy' as const }

describe('cumulativeVolumeDelta', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('cumulativeVolumeDelta', run(cumulativeVolumeDeltaStep({}), inputsOf<Trade>('trades'))),
    ).toBeLessThan(1e-14)
  })

  it('begins anew at the open, and passes over what is traded while the market is closed', () => {
    const hours = { zone: 'UTC', open: '09:00', close: '17:00' }
    const trade = (text: string, size: number) => ({ ...bought, at: (Date.parse(text) * 1000) as Micros, size })
    const trades = [
      trade('2024-07-01T16:00Z', 1),
      trade('2024-07-01T17:00Z', 2),
      trade('2024-07-02T09:00Z', 4),
      trade('2024-07-01T16:30Z', 8),
    ]
    const deltas = run(cumulativeVolumeDeltaStep({ hours }), trades)
    // The last is late: it counts into the session in which it comes.
    expect(deltas.map(({ delta }) => delta)).toEqual([1, 4, 12])
  })

  it('is 0 where nothing is traded', () => {
    const trades = [{ ...bought, at: 0 as Micros, size: 0 }]
    expect(run(cumulativeVolumeDeltaStep({}), trades)).toEqual([{ delta: 0, share: 0, unknown: 0 }])
  })
})
