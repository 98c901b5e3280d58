import { describe, expect, it } from 'vitest'
import { definitions, instrumentFor } from './definitions.ts'

describe('definitions', () => {
  it('names each instrument once, on a positive grid', () => {
    expect(new Set(definitions.map(({ id }) => id)).size).toBe(definitions.length)
    for (const { tickSize, lotSize, multiplier } of definitions)
      for (const decimal of [tickSize, lotSize, multiplier]) expect(Number(decimal)).toBeGreaterThan(0)
  })

  it('gives a known instrument as it is, or on another grid', () => {
    expect(instrumentFor('USDJPY')).toMatchObject({ tickSize: '0.001', lotSize: '1000', quoteCurrency: 'JPY' })
    expect(instrumentFor('XAUUSD', '0.01')).toMatchObject({ tickSize: '0.01', lotSize: '1', takerFeeBps: 0.5 })
  })

  it('takes an unknown instrument with a tick size, and refuses it without', () => {
    expect(instrumentFor('GOOG', '0.01')).toMatchObject({ id: 'GOOG', tickSize: '0.01', lotSize: '1' })
    expect(() => instrumentFor('GOOG')).toThrow(/'GOOG' has no definition; known are EURUSD/)
  })

  it.each(['0', '-1', '1e-5', 'tick', ''])('refuses the tick size %j', tickSize => {
    expect(() => instrumentFor('EURUSD', tickSize)).toThrow(/expected a decimal/)
  })
})
