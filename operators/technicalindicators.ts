import * as library from 'technicalindicators'

/*
 * What of technicalindicators 3.1.0 runs value by value, by what it reads. (By its own types `ADX` reads numbers.) Left
 * out is what sums from its first input, since no window gives its state back (`ADL`, `OBV`, `VWAP`), what makes bars
 * (`HeikinAshi`, `renko`), and what is no series.
 */

const ofNumbers = [
  'AverageGain',
  'AverageLoss',
  'BollingerBands',
  'EMA',
  'Highest',
  'KST',
  'Lowest',
  'MACD',
  'ROC',
  'RSI',
  'SD',
  'SMA',
  'StochasticRSI',
  'Sum',
  'TRIX',
  'WEMA',
  'WMA',
] as const

const ofBars = [
  'ADX',
  'ATR',
  'AwesomeOscillator',
  'CCI',
  'ChandelierExit',
  'ForceIndex',
  'IchimokuCloud',
  'KeltnerChannels',
  'MFI',
  'PSAR',
  'Stochastic',
  'TrueRange',
  'WilliamsR',
] as const

/** Patterns of candles, of at most `CANDLES` bars. */
const ofCandles = [
  'abandonedbaby',
  'bearish',
  'bearishengulfingpattern',
  'bearishhammerstick',
  'bearishharami',
  'bearishharamicross',
  'bearishinvertedhammerstick',
  'bearishmarubozu',
  'bearishspinningtop',
  'bullish',
  'bullishengulfingpattern',
  'bullishhammerstick',
  'bullishharami',
  'bullishharamicross',
  'bullishinvertedhammerstick',
  'bullishmarubozu',
  'bullishspinningtop',
  'darkcloudcover',
  'doji',
  'downsidetasukigap',
  'dragonflydoji',
  'eveningdojistar',
  'eveningstar',
  'gravestonedoji',
  'hammerpattern',
  'hammerpatternunconfirmed',
  'hangingman',
  'hangingmanunconfirmed',
  'morningdojistar',
  'morningstar',
  'piercingline',
  'shootingstar',
  'shootingstarunconfirmed',
  'threeblackcrows',
  'threewhitesoldiers',
  'tweezerbottom',
  'tweezertop',
] as const

export type NumberIndicator = (typeof ofNumbers)[number]
export type BarIndicator = (typeof ofBars)[number] | (typeof ofCandles)[number]

export const isOfNumbers = (name: string): name is NumberIndicator => ofNumbers.some(known => known === name)
export const isOfBars = (name: string): name is BarIndicator => [...ofBars, ...ofCandles].some(known => known === name)

export const barFields = ['open', 'high', 'low', 'close', 'volume'] as const
export type Candle = Readonly<Record<(typeof barFields)[number], number>>

/** An indicator that runs: it keeps what it was given, and what it gives may be anything. */
export interface Live {
  nextValue(input: number | Candle): unknown
}

type Parameters = Readonly<Record<string, unknown>>
type Indicators = Readonly<Record<string, new (input: Parameters) => Live>>
type Patterns = Readonly<Record<string, (candles: Readonly<Record<string, readonly number[]>>) => boolean>>

export const start = (name: NumberIndicator | BarIndicator, parameters: Parameters): Live => {
  if (ofCandles.some(known => known === name)) return patternOf(name)
  const none = Object.fromEntries(['values', ...barFields].map(field => [field, []]))
  return new (library as unknown as Indicators)[name]!({ ...none, ...parameters })
}

/** The longest pattern. */
const CANDLES = 5

/** A pattern looks at the last bars: 1 when it is there. It would complain of fewer on the console. */
const patternOf = (name: string): Live => {
  const isThere = (library as unknown as Patterns)[name]!
  const candles: Candle[] = []
  return {
    nextValue(candle) {
      if (candles.push(candle as Candle) > CANDLES) candles.shift()
      if (candles.length < CANDLES) return undefined
      return Number(isThere(Object.fromEntries(barFields.map(field => [field, candles.map(bar => bar[field])]))))
    },
  }
}
