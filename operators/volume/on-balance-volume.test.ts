import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { onBalanceVolumeStep } from './on-balance-volume.ts'

describe('onBalanceVolume', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('onBalanceVolume', run(onBalanceVolumeStep(), bars))).toBeLessThan(1e-14)
  })

  it('stays on a flat market, and where nothing is traded', () => {
    const bar = (close: number, volume: number) => ({ close, volume })
    expect(run(onBalanceVolumeStep(), [bar(5, 1), bar(6, 2), bar(6, 9), bar(7, 0), bar(5, 0)])).toEqual([0, 2, 2, 2, 2])
  })

  it('does not drift', () => {
    const state = onBalanceVolumeStep().init()
    for (let i = 0; i < 30_000; i++) onBalanceVolumeStep().step(state, { close: i % 3, volume: i % 3 ? 0.1 : 0.2 })
    expect(onBalanceVolumeStep().step(state, { close: 2, volume: 0 })).toBeCloseTo(0.2, 14)
  })
})
