import { describe, expect, it } from 'vitest'
import type { Lots } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { closeFirstStep } from './close-first.ts'

const lotsOf = (...lots: readonly number[]): readonly number[] =>
  run(
    closeFirstStep(),
    lots.map(each => ({ lots: each as Lots, price: 5 })),
  ).map(target => target.lots)

describe('closeFirst', () => {
  it('goes by way of flat where the side turns', () => {
    expect(lotsOf(3, -3, 1)).toEqual([3, 0, -3, 0, 1])
  })

  it('leaves alone what grows, shrinks, closes or opens', () => {
    expect(lotsOf(0, 1, 3, 2, 0, -1, -4, 0, 0)).toEqual([0, 1, 3, 2, 0, -1, -4, 0, 0])
  })

  it('keeps the price', () => {
    expect(
      run(
        closeFirstStep(),
        [1, -1].map((lots, i) => ({ lots: lots as Lots, price: 5 + i })),
      ),
    ).toEqual([
      { lots: 1, price: 5 },
      { lots: 0, price: 6 },
      { lots: -1, price: 6 },
    ])
  })
})
