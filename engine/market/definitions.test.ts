import { describe, expect, it } from 'vitest'
import { termsOf } from './decimal.ts'
import { definitions, instrumentFor } from './definitions.ts'

describe('definitions', () => {
  it('names each instrument once, and a tick of a lot is worth whole minor units', () => {
    expect(new Set(definitions.map(({ id }) => id)).size).toBe(definitions.length)
    for (const definition of definitions) expect(termsOf(definition).minorPerTickLot).toBeGreaterThanOrEqual(1)
    expect(definitions.map(({ decimals }) => decimals)).toEqual(definitions.map(() => 6))
  })

  it('gives a known instrument as it is, or on another grid', () => {
    expect(instrumentFor('USDJPY')).toMatchObject({ tickSize: '0.001', lotSize: '1000', quoteCurrency: 'JPY' })
    expect(instrumentFor('XAUUSD', '0.01')).toMatchObject({ tickSize: '0.01', lotSize: '1', takerFeeBps: 0.5 })
    expect(instrumentFor('BTCUSDT', '0.00001')).toMatchObject({ lotSize: '0.001', decimals: 8 })
  })

  it('takes an unknown instrument with a tick size, and refuses it without', () => {
    expect(instrumentFor('GOOG', '0.01')).toMatchObject({ id: 'GOOG', tickSize: '0.01', lotSize: '1' })
    expect(() => instrumentFor('GOOG')).toThrow(/'GOOG' has no definition; known are EURUSD/)
    expect(() => instrumentFor('GOOG')).toThrow(expect.objectContaining({ code: 'INSTRUMENT_UNKNOWN' }))
  })

  it.each([
    ['EURGBP', 'GBP'],
    ['USD/CHF', 'CHF'],
    ['XAUEUR.OTC', 'EUR'],
    ['EURUSDX', 'USD'],
    ['GOOGLE', 'USD'],
  ])('takes %s to be paid in %s', (id, quoteCurrency) => {
    expect(instrumentFor(id, '0.001')).toMatchObject({ id, quoteCurrency })
  })

  it.each(['', 'EUR USD', '*', 'X'.repeat(65)])('refuses the name %j whatever its tick size', id => {
    const message = expect.stringMatching(/^instrument id is '.*', expected 1 to 64 characters/)
    expect(() => instrumentFor(id, '0.01')).toThrow(expect.objectContaining({ code: 'INSTRUMENT_NAME', message }))
  })

  it.each(['0', '-1', 'tick', ''])('refuses the tick size %j', tickSize => {
    expect(() => instrumentFor('EURUSD', tickSize)).toThrow(/^tick size '.*' of EURUSD: .*, expected /)
    expect(() => instrumentFor('EURUSD', tickSize)).toThrow(expect.objectContaining({ code: 'INSTRUMENT_TICK' }))
  })
})
