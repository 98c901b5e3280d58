import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bothLegsStep } from './both-legs.ts'

const options = { first: 'A', second: 'B', lots: 3, otherLots: 2 }

describe('bothLegs', () => {
  it('holds the first with the signal and the second against it, and neither when flat', () => {
    const signals = ([1, -1, 0] as const).map(direction => ({ direction, price: 5, other: 7 }))
    expect(run(bothLegsStep(options), signals)).toEqual([
      { instrument: 'A', lots: 3, price: 5 },
      { instrument: 'B', lots: -2, price: 7 },
      { instrument: 'A', lots: -3, price: 5 },
      { instrument: 'B', lots: 2, price: 7 },
      { instrument: 'A', lots: 0, price: 5 },
      { instrument: 'B', lots: 0, price: 7 },
    ])
  })

  it('refuses what is no whole number of lots', () => {
    for (const lots of [0, -1, 1.5, Number.NaN]) {
      expect(() => bothLegsStep({ ...options, lots })).toThrow(`lots is an integer of at least 1, found ${lots}`)
      expect(() => bothLegsStep({ ...options, otherLots: lots })).toThrow(`found ${lots}`)
    }
  })
})
