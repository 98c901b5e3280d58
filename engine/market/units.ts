import { type Check, checkAs } from './check.ts'

/** A number or string that must not be mixed with others of its type. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }
declare const brand: unique symbol

/** Event time: integer microseconds since 1970-01-01T00:00:00Z. Safe in a number until the year 2255. */
export type Micros = Brand<number, 'Micros'>
/** A price as an integer count of the instrument's tick size. */
export type Ticks = Brand<number, 'Ticks'>
/** A quantity as an integer count of the instrument's lot size; negative is sold. */
export type Lots = Brand<number, 'Lots'>
/** Money as an integer count of the currency's minor unit (see `Currency.decimals`). */
export type Minor = Brand<number, 'Minor'>
/** The name of an instrument: 'EURUSD', 'BTCUSDT.BINANCE'. The key of market events. */
export type InstrumentId = Brand<string, 'InstrumentId'>

const checkUnit: Check = checkAs('MARKET_UNIT')
const checkId: Check = checkAs('MARKET_INSTRUMENT')

// Each constructor throws Reject MARKET_UNIT; past 2^53 a number no longer counts one by one.
export const micros = (n: number): Micros => whole(n, 'time', 'microseconds') as Micros
export const ticks = (n: number): Ticks => whole(n, 'price', 'ticks') as Ticks
export const lots = (n: number): Lots => whole(n, 'quantity', 'lots') as Lots
export const minor = (n: number): Minor => whole(n, 'money', 'minor units') as Minor

/** 1 to 64 characters without spaces; '*' is the key that means every instrument. Fails: Reject MARKET_INSTRUMENT. */
export function instrumentId(name: string): InstrumentId {
  const isName = /^[^\s\p{C}]{1,64}$/u.test(name) && name !== '*'
  checkId(isName, 'instrument id', name, "1 to 64 characters without spaces, not '*'")
  return name as InstrumentId
}

function whole(n: number, what: string, unit: string): number {
  checkUnit(Number.isSafeInteger(n), what, n, `an integer below 2^53, ${unit}`)
  return n
}
