import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { followStep } from './follow.ts'

const signals = (...fasts: number[]) =>
  run(
    followStep(),
    fasts.map(fast => ({ fast, slow: 10, price: 10 * fast })),
  )

describe('follow', () => {
  it('takes the side where the lines start, then every change, at the price of the moment', () => {
    expect(signals(11, 12, 8, 7, 11)).toEqual([
      { direction: 1, price: 110 },
      { direction: -1, price: 80 },
      { direction: 1, price: 110 },
    ])
  })

  it('is long where the lines touch', () => {
    expect(signals(9, 10, 9).map(({ direction }) => direction)).toEqual([-1, 1, -1])
  })

  it('is long, once, on a flat market', () => {
    expect(signals(10, 10, 10)).toEqual([{ direction: 1, price: 100 }])
  })
})
