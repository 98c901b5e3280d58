import { expect, it } from 'vitest'
import { isOnTick, termsOf, toLots, toQuantity } from '../../engine/market/decimal.ts'
import { instrumentFor } from '../../engine/market/definitions.ts'
import { spotInstruments } from './spot.ts'

it('has the steps in which the venue deals, and money fine enough for them', () => {
  const [btc] = spotInstruments.map(termsOf)
  // The first quote and the first print of the recorded feed.
  for (const price of [61837.63, 61837.64]) expect(isOnTick(price, btc!)).toBe(true)
  expect(toQuantity(toLots(1.54698, btc!), btc!)).toBe(1.54698)
  expect(btc!.minorPerTickLot).toBe(1)
  expect(isOnTick(61837.63, termsOf(instrumentFor('BTCUSDT')))).toBe(false)
})
