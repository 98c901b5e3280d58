import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { channelBreakStep } from './channel-break.ts'

const read = (price: number) => ({ price, upper: 8, lower: 2, leaveAbove: 6, leaveBelow: 4 })
const signals = (...prices: readonly number[]) =>
  run(channelBreakStep(), prices.map(read)).map(({ direction, price }) => [direction, price])

describe('channelBreak', () => {
  it('enters above and below the channel, at the price of the moment', () => {
    expect(signals(5, 9)).toEqual([[1, 9]])
    expect(signals(5, 1)).toEqual([[-1, 1]])
  })

  it('takes a touch for no break, either way', () => {
    expect(signals(8, 2)).toEqual([])
    expect(signals(9, 4)).toEqual([[1, 9]])
    expect(signals(1, 6)).toEqual([[-1, 1]])
  })

  it('leaves through the nearer channel, once', () => {
    expect(signals(9, 3, 3, 5)).toEqual([
      [1, 9],
      [0, 3],
    ])
    expect(signals(1, 7, 7)).toEqual([
      [-1, 1],
      [0, 7],
    ])
  })

  it('turns at once where the other side breaks', () => {
    expect(signals(9, 1, 9)).toEqual([
      [1, 9],
      [-1, 1],
      [1, 9],
    ])
  })

  it('says nothing on a flat market', () => {
    const flat = { price: 5, upper: 5, lower: 5, leaveAbove: 5, leaveBelow: 5 }
    expect(run(channelBreakStep(), [flat, flat])).toEqual([])
  })
})
