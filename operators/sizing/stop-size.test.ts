import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { inputsOf } from '../golden.ts'
import { heardBy, sizingCases } from '../sizing-cases.ts'
import { stopSizeStep } from './stop-size.ts'

const tenThousand = heardBy({ balance: 10_000_000_000 })

describe('stopSize', () => {
  it('gives the lots that exact fractions give', () => {
    const step = stopSizeStep({ pct: 0.75 })
    const lots = sizingCases.map(known => {
      const { direction, ticks, away } = known
      const signal = { direction, price: ticks / 1e5, stop: (ticks - (direction || 1) * away) / 1e5 }
      return run(step, [signal], heardBy(known))[0]!.lots
    })
    expect(lots).toEqual(inputsOf('stopSize'))
  })

  it('does not ask on which side the stop is', () => {
    const signals = [1.248, 1.252].map(stop => ({ direction: 1 as const, price: 1.25, stop }))
    expect(run(stopSizeStep({ pct: 1 }), signals, tenThousand).map(({ lots }) => lots)).toEqual([50, 50])
  })

  it('is 0, and no other 0, when the stop is at the price', () => {
    expect(run(stopSizeStep({ pct: 1 }), [{ direction: -1, price: 1, stop: 1 }], tenThousand)).toEqual([
      { lots: 0, price: 1 },
    ])
  })

  it('says nothing before it has heard the account and the instrument', () => {
    expect(run(stopSizeStep({ pct: 1 }), [{ direction: 1, price: 2, stop: 1 }])).toEqual([])
  })

  it('refuses a share that is none', () => {
    for (const pct of [0, -1, 101, Number.NaN]) expect(() => stopSizeStep({ pct })).toThrow(`found ${pct}`)
  })
})
