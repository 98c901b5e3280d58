import { type Instrument, instrument } from '../../engine/market/instrument.ts'

/**
 * Steps and fees of the spot market, where they are not those of the perpetual that the engine knows by the same name.
 *
 * Source: `GET /api/v3/exchangeInfo`, `PRICE_FILTER.tickSize` and `LOT_SIZE.stepSize`, August 2024; the fees of a
 * regular user, binance.com/en/fee/schedule. A perpetual of BTCUSDT has 0.1 and 0.001, by `GET /fapi/v1/exchangeInfo`.
 */
export const spotInstruments: readonly Instrument[] = [
  ['BTCUSDT', '0.01', '0.00001'] as const,
  ['ETHUSDT', '0.01', '0.0001'] as const,
].map(([id, tickSize, lotSize]) =>
  instrument({
    ...{ id, tickSize, lotSize, venue: 'BINANCE-SPOT', quoteCurrency: 'USDT', decimals: 7 },
    ...{ takerFeeBps: 10, makerFeeBps: 10 },
  }),
)
