import { describe, expect, it } from 'vitest'
import type { Trade } from '../../engine/market/trade.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { vpinStep } from './vpin.ts'

describe('vpin', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('vpin(4, 5)', run(vpinStep({ volume: 4, buckets: 5 }), inputsOf<Trade>('trades')))).toBeLessThan(
      1e-13,
    )
    expect(errorOf('vpin(0.7, 3)', run(vpinStep({ volume: 0.7, buckets: 3 }), inputsOf<Trade>('trades')))).toBeLessThan(
      1e-13,
    )
  })

  it('takes a trade of any size in bounded time', () => {
    const trade = (size: number, side: Trade['side']) => ({ price: 5, size, side })
    const trades = [trade(2, 'sell'), trade(1e15 + 3, 'buy'), trade(1, 'sell')]
    expect(run(vpinStep({ volume: 2, buckets: 3 }), trades)).toEqual([1, (1 + 1) / 3])
  })

  it('counts what nobody can sign to both sides', () => {
    const trades = [1, 1, 2].map(size => ({ price: 5, size, side: 'unknown' as const }))
    expect(run(vpinStep({ volume: 2, buckets: 1 }), trades)).toEqual([0, 0])
  })

  it('refuses buckets that hold nothing, and windows without buckets', () => {
    for (const volume of [0, -1, Number.NaN, Infinity])
      expect(() => vpinStep({ volume, buckets: 5 })).toThrow(`found ${volume}`)
    expect(() => vpinStep({ volume: 1, buckets: 0 })).toThrow('buckets is an integer of at least 1, found 0')
  })
})
