import { deepEqual, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Intent, micros, type Params, quote } from 'millrace/engine'
import { outputsOf } from 'millrace/testing'
import { skeleton } from '../strategy.ts'

/** What the strategy asks for, at these prices. */
const asked = (prices: readonly number[], params: Params = {}): string[] => {
  const tape = prices.map((price, second) => ({
    topic: 'quotes',
    key: 'EURUSD',
    record: { ...quote({ at: micros(second * 1_000_000), bid: price, ask: price }) },
  }))
  return outputsOf(skeleton.build(params), tape).map(({ value }) => {
    const { side, lots } = value as Intent
    return `${side} ${lots}`
  })
}

describe('skeleton', () => {
  const params = { fast: 1, slow: 3, lots: 2 }

  it('buys when the price turns up, and turns around when it turns down', () => {
    deepEqual(asked([5, 4, 3, 2, 6, 7, 8, 3, 2], params), ['buy 2', 'sell 4'])
  })

  it('does nothing on a flat market', () => {
    deepEqual(asked([5, 5, 5, 5, 5], params), [])
  })

  it('refuses a parameter that it does not have', () => {
    throws(() => skeleton.build({ length: 3 }), /has no parameter 'length'; it has: fast, slow, lots/)
  })
})
