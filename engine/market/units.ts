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
