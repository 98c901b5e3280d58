import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { negativeVolumeIndexStep } from './negative-volume-index.ts'

describe('negativeVolumeIndex', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('negativeVolumeIndex', run(negativeVolumeIndexStep(), bars))).toBeLessThan(1e-14)
  })

  it('stays on a flat market, and where volume does not fall', () => {
    const bar = (close: number, volume: number) => ({ close, volume })
    expect(run(negativeVolumeIndexStep(), [bar(5, 5), bar(5, 9), bar(5, 3), bar(6, 3)])).toEqual([
      1000, 1000, 1000, 1000,
    ])
  })
})
