import type { Flow } from '../../../engine/flow/flow.ts'
import type { Bar } from '../../../engine/market/bar.ts'
import { close } from '../../../operators/bars/close.ts'
import { volatilityPercentile } from '../../../operators/distribution/volatility-percentile.ts'
import { atr } from '../../../operators/indicators/atr.ts'
import { bollinger } from '../../../operators/indicators/bollinger.ts'
import { donchian } from '../../../operators/indicators/donchian.ts'
import { keltner } from '../../../operators/indicators/keltner.ts'
import { ulcerIndex } from '../../../operators/indicators/ulcer-index.ts'
import { closeClose } from '../../../operators/volatility/close-close.ts'
import { ewmaVolatility } from '../../../operators/volatility/ewma-volatility.ts'
import { garmanKlass } from '../../../operators/volatility/garman-klass.ts'
import { parkinson } from '../../../operators/volatility/parkinson.ts'
import { rogersSatchell } from '../../../operators/volatility/rogers-satchell.ts'
import { trueRange } from '../../../operators/volatility/true-range.ts'
import { yangZhang } from '../../../operators/volatility/yang-zhang.ts'
import { type Part, part } from '../feature-set.ts'
import { inRanges } from './distance.ts'

/** How much prices move, by all of the usual measures, and how wide the bands around them are. */
export const volatility: Part<Bar> = part(
  'volatility',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    atr: bar.pipe(atr({ length: 14 })),
    trueRange: bar.pipe(trueRange()),
    volatility10: bar.pipe(close(), closeClose({ length: 10 })),
    volatility20: bar.pipe(close(), closeClose({ length: 20 })),
    volatility30: bar.pipe(close(), closeClose({ length: 30 })),
    ewma: bar.pipe(close(), ewmaVolatility({ decay: 0.94 })),
    parkinson: bar.pipe(parkinson({ length: 20 })),
    garmanKlass: bar.pipe(garmanKlass({ length: 20 })),
    rogersSatchell: bar.pipe(rogersSatchell({ length: 20 })),
    yangZhang: bar.pipe(yangZhang({ length: 20 })),
    percentile: bar.pipe(close(), volatilityPercentile({ length: 20, among: 252 })),
    bollinger: bar.pipe(close(), bollinger({ length: 20, deviations: 2 })),
    keltner: bar.pipe(keltner({ length: 20, atrLength: 10, multiplier: 2 })),
    donchian: bar.pipe(donchian({ length: 20 })),
    ulcer: bar.pipe(close(), ulcerIndex({ length: 14 })),
  }),
  {
    atr: { unit: 'share of the close', take: ({ atr, close }) => atr / close },
    rangeExpansion: { unit: 'average true ranges', take: ({ trueRange, atr }) => inRanges(trueRange, atr) },
    volatility10: { unit: 'log return per bar', take: ({ volatility10 }) => volatility10 },
    volatility20: { unit: 'log return per bar', take: ({ volatility20 }) => volatility20 },
    volatility30: { unit: 'log return per bar', take: ({ volatility30 }) => volatility30 },
    ewmaVolatility: { unit: 'log return per bar', take: ({ ewma }) => ewma },
    parkinson: { unit: 'log return per bar', take: ({ parkinson }) => parkinson },
    garmanKlass: { unit: 'log return per bar', take: ({ garmanKlass }) => garmanKlass },
    rogersSatchell: { unit: 'log return per bar', take: ({ rogersSatchell }) => rogersSatchell },
    yangZhang: { unit: 'log return per bar', take: ({ yangZhang }) => yangZhang },
    volatilityPercentile: { unit: '0..1, of 252 bars', take: ({ percentile }) => percentile },
    percentB: { unit: '0 at the lower band, 1 at the upper', take: ({ bollinger }) => bollinger.percentB },
    bollingerWidth: { unit: 'share of the middle', take: ({ bollinger }) => bollinger.width },
    keltnerWidth: { unit: 'share of the middle', take: ({ keltner }) => keltner.width },
    donchianWidth: { unit: 'share of the middle', take: ({ donchian }) => donchian.width },
    ulcerIndex: { unit: 'percent', take: ({ ulcer }) => ulcer },
  },
)
