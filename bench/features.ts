import type { Flow } from '../engine/flow/flow.ts'
import { type Columns, compile } from '../engine/flow/graph.ts'
import type { Bar } from '../engine/market/bar.ts'
import { type FeatureSet, featureSet, part } from '../models/features/feature-set.ts'
import { aboveLevel } from '../models/features/market/distance.ts'
import { market } from '../models/features/market.ts'
import { close } from '../operators/bars/close.ts'
import { adx } from '../operators/indicators/adx.ts'
import { ema } from '../operators/indicators/ema.ts'
import { rsi } from '../operators/indicators/rsi.ts'
import { sma } from '../operators/indicators/sma.ts'
import { zScore } from '../operators/indicators/z-score.ts'
import { highLowSpread } from '../operators/returns/high-low-spread.ts'
import { simpleReturn } from '../operators/returns/simple-return.ts'
import { closeClose } from '../operators/volatility/close-close.ts'
import { volumeRatio } from '../operators/volume/volume-ratio.ts'
import { count, type Vectors } from './features-hand.ts'
import { keysOf } from './millrace.ts'
import type { Ticks } from './ticks.ts'
import type { Runner } from './workload.ts'

const tenOfMarket = part(
  'technical',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    return1: bar.pipe(close(), simpleReturn({ lag: 1 })),
    return5: bar.pipe(close(), simpleReturn({ lag: 5 })),
    highLowSpread: bar.pipe(highLowSpread()),
    sma20: bar.pipe(close(), sma({ length: 20 })),
    ema12: bar.pipe(close(), ema({ length: 12 })),
    zScore20: bar.pipe(close(), zScore({ length: 20 })),
    volatility20: bar.pipe(close(), closeClose({ length: 20 })),
    rsi: bar.pipe(close(), rsi({ length: 14 })),
    adx: bar.pipe(adx({ length: 14 })),
    volumeRatio: bar.pipe(volumeRatio({ length: 20 })),
  }),
  {
    return1: { unit: 'share', take: ({ return1 }) => return1 },
    return5: { unit: 'share', take: ({ return5 }) => return5 },
    highLowSpread: { unit: 'share of the close', take: ({ highLowSpread }) => highLowSpread },
    sma20Distance: { unit: 'share of the close', take: ({ close, sma20 }) => aboveLevel(close, sma20) },
    ema12Distance: { unit: 'share of the close', take: ({ close, ema12 }) => aboveLevel(close, ema12) },
    zScore20: { unit: 'standard deviations', take: ({ zScore20 }) => zScore20 },
    volatility20: { unit: 'log return per bar', take: ({ volatility20 }) => volatility20 },
    rsi: { unit: '0..100', take: ({ rsi }) => rsi },
    adx: { unit: '0..100', take: ({ adx }) => adx },
    volumeRatio: { unit: 'means of 20 bars', take: ({ volumeRatio }) => volumeRatio },
  },
)

/** Those of `features-hand.ts`. */
export const ten: FeatureSet = featureSet({
  ...{ name: 'ten', version: 1, needs: 'bars', spanMs: 60_000, parts: [tenOfMarket] },
})

/** The ten, each tick a bar of its own. */
export const startTen = (instruments: number): Runner<Vectors> => startSet(ten, 'bars', instruments)

/** The market set likewise. */
export const startMarket = (instruments: number): Runner<Vectors> => startSet(market, 'bars', instruments)

/** The market set of minute bars, each tick a trade at the mid. */
export const startMarketOfTrades = (): Runner<Vectors> => startSet(market, 'trades', 1)

function startSet(set: FeatureSet, source: 'bars' | 'trades', instruments: number): Runner<Vectors> {
  const keys = keysOf(instruments)
  const result: Vectors = { vectors: 0, sum: 0 }
  const graph = compile(set.over(source).build(), { output: ({ values }) => count(result, values) })
  return {
    push: ticks => graph.drive({ at: ticks.at, key: ticks.key, keys, columns: columns[source](ticks) }, 0, ticks.count),
    result: () => result,
  }
}

/** The ticks as a block of bars, or of trades at the mid. */
export const columns = {
  bars({ at, bid, ask, size, count }: Ticks): Columns['columns'] {
    return { start: at, open: bid, high: ask, low: bid, close: midsOf(bid, ask, count), volume: size, count: size }
  },
  trades({ bid, ask, size, count }: Ticks): Columns['columns'] {
    return { price: midsOf(bid, ask, count), size, side: new Array<string>(count).fill('unknown') }
  },
}

function midsOf(bid: Float64Array, ask: Float64Array, count: number): Float64Array {
  const mids = new Float64Array(count)
  for (let i = 0; i < count; i++) mids[i] = (bid[i]! + ask[i]!) / 2
  return mids
}
