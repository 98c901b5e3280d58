import { describe, expect, it } from 'vitest'
import { instrument } from '../../engine/market/instrument.ts'
import type { Target } from '../../engine/market/target.ts'
import type { Lots } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { limitOrderStep } from './limit-order.ts'

const heard = {
  instruments: [instrument({ id: 'X', venue: 'sim', tickSize: '0.25', lotSize: '1', quoteCurrency: 'USD' })],
}
const target = (lots: number, price: number): Target => ({ lots: lots as Lots, price })
const limits = (offsetTicks: number, ...targets: readonly Target[]): string[] =>
  run(limitOrderStep({ offsetTicks, timeInForce: 'IOC' }), targets, heard).map(
    ({ side, lots, limit }) => `${side} ${lots} at ${limit}`,
  )

describe('limitOrder', () => {
  it('gives an intent that only lacks its time', () => {
    expect(run(limitOrderStep({ offsetTicks: 0, timeInForce: 'GTC' }), [target(3, 10)], heard)).toEqual([
      { at: 0, type: 'limit', side: 'buy', lots: 3, limit: 40, timeInForce: 'GTC' },
    ])
  })

  it('gives way by the offset, and waits for better where it is negative', () => {
    expect(limits(2, target(1, 10), target(0, 10))).toEqual(['buy 1 at 42', 'sell 1 at 38'])
    expect(limits(-2, target(1, 10), target(0, 10))).toEqual(['buy 1 at 38', 'sell 1 at 42'])
  })

  it('rounds a price between two ticks in our favour', () => {
    expect(limits(0, target(1, 10.1), target(0, 10.1))).toEqual(['buy 1 at 40', 'sell 1 at 41'])
  })

  it('is silent where the limit would not be above 0, and asks again later', () => {
    expect(limits(-5, target(1, 1), target(1, 2))).toEqual(['buy 1 at 3'])
  })

  it('is silent before it has heard the instrument, and when nothing is missing', () => {
    expect(run(limitOrderStep({ offsetTicks: 0, timeInForce: 'IOC' }), [target(3, 10)])).toEqual([])
    expect(limits(0, target(0, 10))).toEqual([])
  })

  it('refuses an offset between two ticks', () => {
    expect(() => limitOrderStep({ offsetTicks: 0.5, timeInForce: 'IOC' })).toThrow('is an integer, found 0.5')
  })

  it('says how long an order of a time lives, counted from the decision', () => {
    const step = limitOrderStep({ offsetTicks: 0, timeInForce: 'GTD', liveMs: 3000 })
    expect(run(step, [target(3, 10)], heard)).toMatchObject([{ timeInForce: 'GTD', until: 3_000_000 }])
    expect(step.name).toContain('GTD 3000 ms')
    expect(() => limitOrderStep({ offsetTicks: 0, timeInForce: 'GTD' })).toThrow(
      'liveMs of a GTD order is 0, expected more than 0',
    )
    expect(() => limitOrderStep({ offsetTicks: 0, timeInForce: 'GTC', liveMs: 5 })).toThrow(
      'liveMs of a GTC order is 5, expected none',
    )
  })
})
