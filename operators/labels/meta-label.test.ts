import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { metaLabelStep } from './meta-label.ts'

describe('metaLabel', () => {
  it('is right when money was made after costs, whichever way', () => {
    const trade = (direction: number, profit: number) => ({ at: 2 as Micros, from: 1 as Micros, direction, profit })
    const trades = [trade(1, 0.01), trade(-1, 0.01), trade(1, -0.01), trade(-1, 0)]
    expect(run(metaLabelStep(), trades).map(label => label.right)).toEqual([1, 1, 0, 0])
  })
})
