import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { tradeSignStep } from './trade-sign.ts'

describe('tradeSign', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('tradeSign', run(tradeSignStep(), inputsOf<Trade>('trades')))).toBeLessThan(1e-14)
  })

  it('says nothing on a flat market before the first side', () => {
    const trade = (side: Trade['side']) => ({ price: 5, side })
    expect(run(tradeSignStep(), [trade('unknown'), trade('unknown'), trade('sell'), trade('unknown')])).toEqual([
      -1, -1,
    ])
  })
})
