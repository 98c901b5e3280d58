import { MillraceError } from '../errors.ts'
import type { Instrument } from './instrument.ts'
import type { InstrumentId, Micros } from './units.ts'

/** Instruments that the house knows without being told: what the sample market trades and the example files hold. */
export const definitions: readonly Instrument[] = [
  fx('EURUSD', '0.00001', 'USD'),
  fx('GBPUSD', '0.00001', 'USD'),
  fx('USDJPY', '0.001', 'JPY'),
  // Spot gold is quoted to the cent by many venues; files with three decimals are common, so that is the grid.
  define({ id: 'XAUUSD', venue: 'CFD', tickSize: '0.001', lotSize: '1', quoteCurrency: 'USD', takerFeeBps: 0.5 }),
  crypto('BTCUSDT', '0.1'),
  crypto('ETHUSDT', '0.01'),
]

/**
 * The definition of an instrument named at the command line. Another tick size makes a definition of its own; an
 * instrument that the house does not know needs one, and then trades in lots of 1 without a fee.
 *
 * Fails  usage INSTRUMENT_UNKNOWN when the house does not know it and no tick size is given; INSTRUMENT_TICK when the
 *        tick size is not a positive decimal
 *
 * @example
 * instrumentFor('EURUSD').lotSize // => '1000'
 */
export const instrumentFor = (id: string, tickSize?: string): Instrument => {
  if (tickSize !== undefined && !(/^\d+(\.\d+)?$/.test(tickSize) && Number(tickSize) > 0))
    throw new MillraceError('INSTRUMENT_TICK', `tick size '${tickSize}' of ${id}: expected a decimal like 0.01`)
  const known = definitions.find(definition => definition.id === id)
  if (known) return tickSize === undefined ? known : { ...known, tickSize }
  if (tickSize !== undefined)
    return define({ id, venue: 'UNKNOWN', tickSize, lotSize: '1', quoteCurrency: 'USD', takerFeeBps: 0 })
  const names = definitions.map(definition => definition.id).join(', ')
  throw new MillraceError('INSTRUMENT_UNKNOWN', `instrument '${id}' has no definition; known are ${names}`)
}

type Particulars = Pick<Instrument, 'venue' | 'tickSize' | 'lotSize' | 'quoteCurrency' | 'takerFeeBps'>

function define({ id, ...particulars }: Particulars & { readonly id: string }): Instrument {
  const common = { at: 0 as Micros, multiplier: '1', decimals: 6, makerFeeBps: particulars.takerFeeBps }
  return { ...common, ...particulars, id: id as InstrumentId }
}

function fx(id: string, tickSize: string, quoteCurrency: string): Instrument {
  return define({ id, venue: 'FX', tickSize, lotSize: '1000', quoteCurrency, takerFeeBps: 0.2 })
}

function crypto(id: string, tickSize: string): Instrument {
  return define({ id, venue: 'BINANCE', tickSize, lotSize: '0.001', quoteCurrency: 'USDT', takerFeeBps: 2 })
}
