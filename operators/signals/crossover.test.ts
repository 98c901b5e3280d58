import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { crossoverStep } from './crossover.ts'

const fastAt = (fast: number) => ({ fast, slow: 10, price: 10 * fast })
const signals = (...fasts: number[]) => run(crossoverStep(), fasts.map(fastAt))

describe('crossover', () => {
  it('goes with the fast line at each crossing, at the price of the moment', () => {
    expect(signals(9, 11, 12, 8)).toEqual([
      { direction: 1, price: 110 },
      { direction: -1, price: 80 },
    ])
  })

  it('waits for a crossing: the side where the lines start is none', () => {
    expect(signals(11, 12, 13)).toEqual([])
  })

  it('takes a touch for no crossing', () => {
    expect(signals(11, 10, 11, 10, 9).map(({ direction }) => direction)).toEqual([-1])
  })

  it('says nothing on a flat market', () => {
    expect(signals(10, 10, 10)).toEqual([])
  })
})
