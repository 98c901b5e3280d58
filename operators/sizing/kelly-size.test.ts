import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { inputsOf } from '../golden.ts'
import { heardBy, sizingCases } from '../sizing-cases.ts'
import { kellySizeStep } from './kelly-size.ts'

const tenThousand = heardBy({ balance: 10_000_000_000 })

describe('kellySize', () => {
  it('gives the lots that exact fractions give', () => {
    const step = kellySizeStep({ fraction: 0.5, maxPct: 20 })
    const lots = sizingCases.map(known => {
      const { direction, ticks, probability, payoff } = known
      const signal = { direction, price: ticks / 1e5, probability, payoff }
      return run(step, [signal], heardBy(known))[0]!.lots
    })
    expect(lots).toEqual(inputsOf('kellySize'))
  })

  it('bets the whole fraction where it is asked to, and no more than the cap', () => {
    const signal = { direction: 1 as const, price: 0.5, probability: 0.6, payoff: 1 }
    const lots = (fraction: number, maxPct: number) =>
      run(kellySizeStep({ fraction, maxPct }), [signal], tenThousand)[0]!.lots
    expect([lots(1, 100), lots(0.5, 100), lots(1, 5)]).toEqual([4, 2, 1])
  })

  it('does not bet where the odds are even or worse', () => {
    const odds = [0.5, 0.4].map(probability => ({ direction: -1 as const, price: 0.5, probability, payoff: 1 }))
    const step = kellySizeStep({ fraction: 1, maxPct: 100 })
    expect(run(step, odds, tenThousand).map(({ lots }) => lots)).toEqual([0, 0])
  })

  it('refuses parts that are none', () => {
    for (const fraction of [0, -1, 1.5, Number.NaN])
      expect(() => kellySizeStep({ fraction, maxPct: 1 })).toThrow(`found ${fraction}`)
    for (const maxPct of [0, Number.NaN, Infinity])
      expect(() => kellySizeStep({ fraction: 1, maxPct })).toThrow(`found ${maxPct}`)
  })
})
