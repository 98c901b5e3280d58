import { describe, expect, it } from 'vitest'
import { currency, parseMoney } from './cash.ts'
import { termsOf } from './decimal.ts'
import { instrumentFor } from './definitions.ts'
import { fill } from './fill.ts'
import { instrument } from './instrument.ts'
import { FLAT } from './position.ts'
import { lots, minor } from './units.ts'
import { deliver, settle, walletOf } from './wallet.ts'

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

  describe('that settles', () => {
    const gbp = currency('GBP', 2)
    const usd = currency('USD', 6)
    const gbpusd = termsOf(instrumentFor('GBPUSD'))
    const settlement = { terms: gbpusd, quote: usd, account: gbp }
    const at = (bid: number, ask: number) => ({ ...settlement, crosses: [{ base: 'GBP', quote: 'USD', bid, ask }] })

    it('turns what a closing fill earns and its fee into the currency of the account', () => {
      const wallet = walletOf([parseMoney('1000', gbp)])
      const long = settle(wallet, FLAT, deal('buy', 10, 150_000, 3_200_000), at(1.6, 1.6))
      expect([long.lots, ...wallet]).toEqual([10, ['GBP', 99_800]])
      // 10,000 pounds from 1.5 to 1.6 are 1,000 dollars, 625 pounds.
      expect(settle(wallet, long, deal('sell', 10, 160_000), at(1.6, 1.6)).lots).toBe(0)
      expect(wallet.get('GBP')).toBe(162_300)
    })

    it('sells what was earned at one side of the cross and buys what was lost at the other', () => {
      const earned = walletOf([])
      settle(earned, { ...FLAT, lots: lots(10), cost: minor(15_000_000_000) }, deal('sell', 10, 160_000), at(1.6, 2))
      expect(earned.get('GBP')).toBe(50_000)
      const lost = walletOf([])
      settle(lost, { ...FLAT, lots: lots(10), cost: minor(17_000_000_000) }, deal('sell', 10, 160_000), at(1.6, 2))
      expect(lost.get('GBP')).toBe(-62_500)
    })

    it('refuses an account that no cross leads to', () => {
      const nowhere = { ...settlement, crosses: [] }
      expect(() => settle(walletOf([]), FLAT, deal('buy', 1, 1, 5), nowhere)).toThrow(
        expect.objectContaining({ code: 'MARKET_CROSS' }),
      )
    })
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
