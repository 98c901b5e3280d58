import { describe, expect, it } from 'vitest'
import { currency, parseMoney } from './cash.ts'
import { termsOf } from './decimal.ts'
import { fill } from './fill.ts'
import { instrument } from './instrument.ts'
import { deliver, walletOf } from './wallet.ts'

const [btc, usdt] = [currency('BTC', 8), currency('USDT', 8)]
const perpetual = { id: 'BTCUSDT', venue: 'sim', tickSize: '0.1', lotSize: '0.001', quoteCurrency: 'USDT', decimals: 8 }
const terms = termsOf(instrument(perpetual))
const deal = (side: 'buy' | 'sell', lots: number, price: number, fee = 0) =>
  fill({ at: 0, orderId: 'o', side, lots, price, fee, quoteAgeUs: 0 })

describe('a wallet', () => {
  it('starts with what it is given, of one currency together', () => {
    const wallet = walletOf([parseMoney('10', btc), parseMoney('1.5', usdt), parseMoney('2.5', usdt)])
    expect([...wallet]).toEqual([
      ['BTC', 1_000_000_000],
      ['USDT', 400_000_000],
    ])
  })

  it('takes in what was bought, pays for it and for the fee, and the other way round', () => {
    const wallet = walletOf([parseMoney('10', btc), parseMoney('100', usdt)])
    deliver(wallet, deal('buy', 2, 400_000, 8_000_000), { base: btc, quote: usdt, terms })
    // 0.002 of 40,000 are 80, and a fee of 0.08.
    expect(Object.fromEntries(wallet)).toEqual({ BTC: 1_000_200_000, USDT: 1_992_000_000 })
    deliver(wallet, deal('sell', 2, 400_000), { base: btc, quote: usdt, terms })
    expect(Object.fromEntries(wallet)).toEqual({ BTC: 1_000_000_000, USDT: 9_992_000_000 })
  })

  it('refuses a base that cannot count a lot', () => {
    const coarse = { base: currency('BTC', 2), quote: usdt, terms }
    expect(() => deliver(walletOf([]), deal('buy', 1, 1), coarse)).toThrow(
      expect.objectContaining({
        code: 'MARKET_MONEY_GRAIN',
        message: 'one lot of 0.001 is no whole number of BTC, expected more decimals than 2',
      }),
    )
  })
})
