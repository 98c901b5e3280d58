import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { atNextPriceStep } from './at-next-price.ts'

const read = (price: number, direction: -1 | 0 | 1) => ({ direction, price })
const taken = (...directions: readonly (-1 | 0 | 1)[]) =>
  run(
    atNextPriceStep(),
    directions.map((direction, i) => read(100 + i, direction)),
  ).map(({ direction, price }) => [direction, price])

describe('atNextPrice', () => {
  it('takes each new direction at the price behind it, and only once', () => {
    expect(taken(1, 1, -1, -1, -1, 0, 0)).toEqual([
      [1, 101],
      [-1, 103],
      [0, 106],
    ])
  })

  it('takes directions that follow at once, one price late each', () => {
    expect(taken(1, -1, 1, 1)).toEqual([
      [1, 101],
      [-1, 102],
      [1, 103],
    ])
  })

  it('does not take what no price follows', () => {
    expect(taken(1)).toEqual([])
    expect(taken(1, 1, -1)).toEqual([[1, 101]])
  })

  it('takes a flat start as one, so that it is known', () => {
    expect(taken(0, 0, 0)).toEqual([[0, 101]])
  })
})
