import { MillraceError, messageOf } from '../errors.ts'
import { type Instrument, instrument } from './instrument.ts'
import { instrumentId } from './units.ts'

/** Instruments that the house knows without being told: what the sample market trades and the example files hold. */
export const definitions: readonly Instrument[] = [
  fx('EURUSD', '0.00001', 'USD'),
  fx('GBPUSD', '0.00001', 'USD'),
  fx('USDJPY', '0.001', 'JPY'),
  // Spot gold is quoted to the cent by many venues; files with three decimals are common, so that is the grid.
  defined({ id: 'XAUUSD', venue: 'CFD', tickSize: '0.001', lotSize: '1', quoteCurrency: 'USD', feeBps: 0.5 }),
  crypto('BTCUSDT', '0.1'),
  crypto('ETHUSDT', '0.01'),
]

/**
 * The definition of an instrument named at the command line. Another tick size makes a definition of its own; an
 * instrument that the house does not know needs one, and then trades in lots of 1 without a fee, for dollars unless it
 * is named for a pair of currencies.
 *
 * Fails  usage INSTRUMENT_UNKNOWN when the house does not know it and no tick size is given; INSTRUMENT_NAME when it
 *        is no name; INSTRUMENT_TICK when the tick size is no decimal above 0
 *
 * @example
 * instrumentFor('EURUSD').lotSize // => '1000'
 */
export const instrumentFor = (id: string, tickSize?: string): Instrument => {
  const known = definitions.find(definition => definition.id === id)
  if (tickSize !== undefined) return onGrid(id, tickSize, known)
  if (known) return known
  const names = definitions.map(definition => definition.id).join(', ')
  throw new MillraceError('INSTRUMENT_UNKNOWN', `instrument '${id}' has no definition; known are ${names}`)
}

const onGrid = (id: string, tickSize: string, known?: Instrument): Instrument => {
  checkName(id)
  const { venue = 'UNKNOWN', lotSize = '1', quoteCurrency = paidIn(id), takerFeeBps = 0 } = known ?? {}
  try {
    return defined({ id, venue, tickSize, lotSize, quoteCurrency, feeBps: takerFeeBps })
  } catch (cause) {
    throw new MillraceError('INSTRUMENT_TICK', `tick size '${tickSize}' of ${id}: ${messageOf(cause)}`, { cause })
  }
}

/** What a pair of currencies is paid in; dollars of anything else. */
const paidIn = (id: string): string => PAIR.exec(id)?.[1] ?? 'USD'

const MONEY = 'AUD|CAD|CHF|CNH|CZK|DKK|EUR|GBP|HKD|HUF|JPY|MXN|NOK|NZD|PLN|SEK|SGD|TRY|USD|ZAR'
const PAIR = new RegExp(`^(?:${MONEY}|XAU|XAG)[-/_]?(${MONEY})(?:\\.|$)`)

const checkName = (id: string): void => {
  try {
    instrumentId(id)
  } catch (cause) {
    throw new MillraceError('INSTRUMENT_NAME', messageOf(cause), { cause })
  }
}

interface Particulars {
  readonly id: string
  readonly venue: string
  readonly tickSize: string
  readonly lotSize: string
  readonly quoteCurrency: string
  readonly feeBps: number
}

/** Money is kept in 6 places, or in as many more as one tick of one lot needs. */
function defined({ feeBps, ...particulars }: Particulars): Instrument {
  const decimals = Math.max(6, placesOf(particulars.tickSize) + placesOf(particulars.lotSize))
  return instrument({ ...particulars, decimals, takerFeeBps: feeBps, makerFeeBps: feeBps })
}

function fx(id: string, tickSize: string, quoteCurrency: string): Instrument {
  return defined({ id, venue: 'FX', tickSize, lotSize: '1000', quoteCurrency, feeBps: 0.2 })
}

function crypto(id: string, tickSize: string): Instrument {
  return defined({ id, venue: 'BINANCE', tickSize, lotSize: '0.001', quoteCurrency: 'USDT', feeBps: 2 })
}

function placesOf(decimal: string): number {
  return decimal.split('.')[1]?.length ?? 0
}
