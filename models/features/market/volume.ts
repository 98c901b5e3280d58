import type { Flow } from '../../../engine/flow/flow.ts'
import { map } from '../../../engine/flow/map.ts'
import type { Bar } from '../../../engine/market/bar.ts'
import { close } from '../../../operators/bars/close.ts'
import { percentRank } from '../../../operators/distribution/percent-rank.ts'
import { zScore } from '../../../operators/indicators/z-score.ts'
import { simpleReturn } from '../../../operators/returns/simple-return.ts'
import { chaikinMoneyFlow } from '../../../operators/volume/chaikin-money-flow.ts'
import { moneyFlowIndex } from '../../../operators/volume/money-flow-index.ts'
import { negativeVolumeIndex } from '../../../operators/volume/negative-volume-index.ts'
import { onBalanceVolumeChange } from '../../../operators/volume/on-balance-volume-change.ts'
import { positiveVolumeIndex } from '../../../operators/volume/positive-volume-index.ts'
import { pvo } from '../../../operators/volume/pvo.ts'
import { rollingVwap } from '../../../operators/volume/rolling-vwap.ts'
import { volumePriceTrendChange } from '../../../operators/volume/volume-price-trend-change.ts'
import { volumeRatio } from '../../../operators/volume/volume-ratio.ts'
import { volumeSurge } from '../../../operators/volume/volume-surge.ts'
import { vwapDistance } from '../../../operators/volume/vwap-distance.ts'
import { type Part, part } from '../feature-set.ts'
import { aboveLevel } from './distance.ts'
import { currencyDay } from './hours.ts'

/** How much is traded against what is usual, and whether it goes with the price. No running total is among them. */
export const volume: Part<Bar> = part(
  'volume',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    volumeRatio: bar.pipe(volumeRatio({ length: 20 })),
    volumeSurge: bar.pipe(volumeSurge({ length: 20, above: 1.5 })),
    volumeZScore: bar.pipe(
      map('volume', ({ volume }) => volume),
      zScore({ length: 50 }),
    ),
    volumeRank: bar.pipe(
      map('volume', ({ volume }) => volume),
      percentRank({ length: 100 }),
    ),
    pvo: bar.pipe(pvo({ fast: 12, slow: 26, signal: 9 })),
    onBalance: bar.pipe(onBalanceVolumeChange({ length: 20 })),
    priceTrend: bar.pipe(volumePriceTrendChange({ length: 20 })),
    moneyFlowIndex: bar.pipe(moneyFlowIndex({ length: 14 })),
    chaikinMoneyFlow: bar.pipe(chaikinMoneyFlow({ length: 20 })),
    negativeVolume: bar.pipe(negativeVolumeIndex(), simpleReturn({ lag: 20 })),
    positiveVolume: bar.pipe(positiveVolumeIndex(), simpleReturn({ lag: 20 })),
    vwapDistance: bar.pipe(vwapDistance({ hours: currencyDay })),
    rollingVwap: bar.pipe(rollingVwap({ length: 20 })),
  }),
  {
    volumeRatio: { unit: 'means of 20 bars', take: ({ volumeRatio }) => volumeRatio },
    volumeSurge: { unit: '0 or 1', take: ({ volumeSurge }) => volumeSurge },
    volumeZScore: { unit: 'standard deviations of 50 bars', take: ({ volumeZScore }) => volumeZScore },
    volumeRank: { unit: '0..1, of 100 bars', take: ({ volumeRank }) => volumeRank },
    pvo: { unit: 'percent', take: ({ pvo }) => pvo.pvo },
    pvoSignal: { unit: 'percent', take: ({ pvo }) => pvo.signal },
    pvoHistogram: { unit: 'percent', take: ({ pvo }) => pvo.histogram },
    onBalanceVolumeChange: { unit: '-1..1, share of 20 bars', take: ({ onBalance }) => onBalance },
    volumePriceTrendChange: { unit: 'return per bar, by volume', take: ({ priceTrend }) => priceTrend },
    moneyFlowIndex: { unit: '0..100', take: ({ moneyFlowIndex }) => moneyFlowIndex },
    chaikinMoneyFlow: { unit: '-1..1', take: ({ chaikinMoneyFlow }) => chaikinMoneyFlow },
    negativeVolumeChange: { unit: 'share, over 20 bars', take: ({ negativeVolume }) => negativeVolume },
    positiveVolumeChange: { unit: 'share, over 20 bars', take: ({ positiveVolume }) => positiveVolume },
    vwapDistance: { unit: 'share of the average of the day', take: ({ vwapDistance }) => vwapDistance },
    rollingVwapDistance: {
      unit: 'share of the close',
      take: ({ close, rollingVwap }) => aboveLevel(close, rollingVwap),
    },
  },
)
