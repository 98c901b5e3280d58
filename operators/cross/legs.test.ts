import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { legsStep } from './legs.ts'

const step = legsStep({ first: 'A', second: 'B', maxAgeMs: 1 })
const paired = (...prices: readonly (readonly [at: number, instrument: string, price: number])[]) =>
  run(
    step,
    prices.map(([at, instrument, price]) => ({ at: at as Micros, instrument, price })),
  ).map(({ price, other }) => [price, other])

describe('legs', () => {
  it('joins each price with the other leg as of then', () => {
    expect(paired([0, 'A', 1], [100, 'B', 2], [200, 'B', 3], [300, 'A', 4])).toEqual([
      [1, 2],
      [1, 3],
      [4, 3],
    ])
  })

  it('waits until both are there, and takes two of one moment', () => {
    expect(paired([0, 'B', 1], [1, 'B', 2])).toEqual([])
    expect(paired([0, 'B', 1], [0, 'A', 2])).toEqual([[2, 1]])
  })

  it('leaves out what is too old, and goes on when it is fresh again', () => {
    expect(paired([0, 'A', 1], [1000, 'B', 2], [1001, 'B', 3], [1002, 'A', 4])).toEqual([
      [1, 2],
      [4, 3],
    ])
  })

  it('ignores what is late, and other instruments', () => {
    expect(paired([0, 'A', 1], [10, 'B', 2], [5, 'B', 3], [20, 'C', 4], [20, 'A', 5])).toEqual([
      [1, 2],
      [5, 2],
    ])
  })

  it('refuses one instrument twice, and an age that is none', () => {
    expect(() => legsStep({ first: 'A', second: 'A', maxAgeMs: 1 })).toThrow("found 'A' twice")
    for (const maxAgeMs of [0, -1, Number.NaN])
      expect(() => legsStep({ first: 'A', second: 'B', maxAgeMs })).toThrow(`found ${maxAgeMs}`)
  })
})
