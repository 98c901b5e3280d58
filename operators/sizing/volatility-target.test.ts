import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { inputsOf } from '../golden.ts'
import { heardBy, sizingCases } from '../sizing-cases.ts'
import { volatilityTargetStep } from './volatility-target.ts'

const tenThousand = heardBy({ balance: 10_000_000_000 })

describe('volatilityTarget', () => {
  it('gives the lots that exact fractions give', () => {
    const step = volatilityTargetStep({ pct: 10, maxPct: 150 })
    const lots = sizingCases.map(known => {
      const { direction, ticks, volatility } = known
      const signal = { direction, price: ticks / 1e5, volatility }
      return run(step, [signal], heardBy(known))[0]!.lots
    })
    expect(lots).toEqual(inputsOf('volatilityTarget'))
  })

  it('holds twice as much where the market moves half as far, up to the most', () => {
    const signals = [0.4, 0.2, 0.1, 0.001, 0].map(volatility => ({ direction: 1 as const, price: 0.5, volatility }))
    const step = volatilityTargetStep({ pct: 10, maxPct: 200 })
    expect(run(step, signals, tenThousand).map(({ lots }) => lots)).toEqual([5, 10, 20, 40, 40])
  })

  it('refuses shares that are none', () => {
    for (const pct of [0, -1, Number.NaN, Infinity]) {
      expect(() => volatilityTargetStep({ pct, maxPct: 1 })).toThrow(`pct is above 0, found ${pct}`)
      expect(() => volatilityTargetStep({ pct: 1, maxPct: pct })).toThrow(`maxPct is above 0, found ${pct}`)
    }
  })
})
