import { describe, expect, it } from 'vitest'
import { decodeState, encodeState } from '../flow/state.ts'
import { currency } from './cash.ts'
import { exchanged } from './conversion.ts'
import {
  baseOf,
  type Crosses,
  crossesTo,
  isCross,
  missingCross,
  ratesFor,
  takeInstrument,
  takeQuote,
} from './crosses.ts'
import { type Instrument, instrument } from './instrument.ts'

const pair = (id: string, quoteCurrency: string, more: { decimals?: number; multiplier?: string } = {}): Instrument =>
  instrument({ id, venue: 'FX', tickSize: '0.01', lotSize: '1', quoteCurrency, decimals: 2, ...more })

const known = (...instruments: Instrument[]): Crosses => {
  const crosses = crossesTo(currency('USD', 2))
  for (const one of instruments) takeInstrument(crosses, one)
  return crosses
}
const [eurusd, usdjpy, eurgbp, gold] = [
  pair('EURUSD', 'USD'),
  pair('USDJPY', 'JPY'),
  pair('EURGBP', 'GBP'),
  pair('XAUUSD', 'USD'),
] as const

describe('what an instrument is a price of', () => {
  it.each([
    ['USDJPY', 'JPY', 'USD'],
    ['BTCUSDT.BINANCE', 'USDT', 'BTC'],
    ['EUR/GBP', 'GBP', 'EUR'],
    ['BTC-USD', 'USD', 'BTC'],
    ['DAX', 'EUR', undefined],
    ['USD', 'USD', undefined],
  ])('%s in %s', (id, quoteCurrency, base) => {
    expect(baseOf(pair(id, quoteCurrency))).toBe(base)
  })

  it('is nothing where a price is not that of one unit', () => {
    expect(baseOf(pair('EURUSD', 'USD', { multiplier: '10' }))).toBeUndefined()
  })
})

describe('crosses', () => {
  it('are looked at only where something is paid in other money, and only where a way may lead', () => {
    const crosses = known(eurusd, gold)
    expect([isCross(crosses, 'EURUSD'), isCross(crosses, 'XAUUSD')]).toEqual([false, false])
    takeInstrument(crosses, eurgbp)
    const all = ['EURUSD', 'XAUUSD', 'EURGBP'].map(id => isCross(crosses, id))
    expect(all).toEqual([true, false, true])
    takeInstrument(crosses, eurgbp)
    expect(['EURUSD', 'XAUUSD', 'EURGBP'].map(id => isCross(crosses, id))).toEqual(all)
  })

  it('turn money once they are quoted, by as few as lead there', () => {
    const crosses = known(eurusd, eurgbp)
    takeQuote(crosses, 'EURUSD', { bid: 1.1, ask: 1.2 })
    expect(missingCross(crosses, 'EURGBP')).toMatch(/from GBP to USD: there are EUR\/USD; .* not quoted yet: EUR\/GBP$/)
    takeQuote(crosses, 'EURGBP', { bid: 0.8, ask: 0.88 })
    expect(missingCross(crosses, 'EURGBP')).toBe('')
    expect(ratesFor(crosses, 'EURGBP')).toEqual({ sell: 1.1 * (1 / 0.88), buy: 1.2 * (1 / 0.8) })
    takeInstrument(crosses, pair('GBPUSD', 'USD'))
    takeQuote(crosses, 'GBPUSD', { bid: 1.5, ask: 1.6 })
    expect(ratesFor(crosses, 'EURGBP')).toEqual({ sell: 1.5, buy: 1.6 })
  })

  it.each([
    [0, 1],
    [1, 0],
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
  ])('pass over %s to %s', (bid, ask) => {
    const crosses = known(usdjpy)
    takeQuote(crosses, 'USDJPY', { bid: 100, ask: 125 })
    takeQuote(crosses, 'USDJPY', { bid, ask })
    expect(ratesFor(crosses, 'USDJPY')).toEqual({ sell: 1 / 125, buy: 1 / 100 })
  })

  it('keep their prices when a definition comes again, and forget them when it names another currency', () => {
    const crosses = known(usdjpy)
    takeQuote(crosses, 'USDJPY', { bid: 100, ask: 125 })
    takeInstrument(crosses, usdjpy)
    expect(ratesFor(crosses, 'USDJPY')).toEqual({ sell: 1 / 125, buy: 1 / 100 })
    takeInstrument(crosses, pair('USDJPY', 'DJPY'))
    expect(ratesFor(crosses, 'USDJPY')).toBeUndefined()
  })

  it('are not needed for money of other places', () => {
    const crosses = known(pair('XAUUSD', 'USD', { decimals: 4 }))
    const rates = ratesFor(crosses, 'XAUUSD')!
    expect([exchanged(12_345, rates), exchanged(-150, rates), isCross(crosses, 'XAUUSD')]).toEqual([123, -2, false])
  })

  it('are plain data', () => {
    const crosses = known(eurusd, usdjpy, eurgbp)
    takeQuote(crosses, 'USDJPY', { bid: 100, ask: 125 })
    expect(decodeState(encodeState(crosses))).toEqual(crosses)
  })
})
