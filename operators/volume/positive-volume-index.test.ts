import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { positiveVolumeIndexStep } from './positive-volume-index.ts'

describe('positiveVolumeIndex', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('positiveVolumeIndex', run(positiveVolumeIndexStep(), bars))).toBeLessThan(1e-14)
  })

  it('stays on a flat market, and where volume does not rise', () => {
    const bar = (close: number, volume: number) => ({ close, volume })
    expect(run(positiveVolumeIndexStep(), [bar(5, 5), bar(5, 9), bar(5, 3), bar(6, 3)])).toEqual([
      1000, 1000, 1000, 1000,
    ])
  })
})
