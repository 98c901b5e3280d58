import { describe, expect, it } from 'vitest'
import { trade } from '../../engine/market/trade.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { volumeBarsStep } from './volume-bars.ts'

const volumesOf = (volume: number, ...sizes: number[]): number[] =>
  run(
    volumeBarsStep({ volume }),
    sizes.map((size, at) => trade({ at, price: 5, size })),
  ).map(bar => bar.volume)

describe('volumeBars', () => {
  it('keeps the trade that completes a bar whole, and carries nothing on', () => {
    expect(volumesOf(10, 4, 5, 6, 25, 9, 1)).toEqual([15, 25, 10])
  })

  it('takes a volume for complete that rounding has made too small', () => {
    expect(0.7 + 0.2 + 0.1).toBeLessThan(1)
    expect(volumesOf(1, 0.7, 0.2, 0.1)).toHaveLength(1)
  })

  it('gives none where nothing is traded', () => {
    expect(volumesOf(1, 0, 0, 0)).toEqual([])
  })

  it('refuses a volume that is not positive', () => {
    for (const volume of [0, -1, Number.NaN]) expect(() => volumeBarsStep({ volume })).toThrow(`found ${volume}`)
  })
})
