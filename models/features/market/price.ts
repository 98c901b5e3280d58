import type { Flow } from '../../../engine/flow/flow.ts'
import type { Bar } from '../../../engine/market/bar.ts'
import { close } from '../../../operators/bars/close.ts'
import { atr } from '../../../operators/indicators/atr.ts'
import { ema } from '../../../operators/indicators/ema.ts'
import { logReturn } from '../../../operators/indicators/log-return.ts'
import { sma } from '../../../operators/indicators/sma.ts'
import { candleShape } from '../../../operators/returns/candle-shape.ts'
import { closeLocation } from '../../../operators/returns/close-location.ts'
import { closeOpenSpread } from '../../../operators/returns/close-open-spread.ts'
import { highLowSpread } from '../../../operators/returns/high-low-spread.ts'
import { momentum } from '../../../operators/returns/momentum.ts'
import { simpleReturn } from '../../../operators/returns/simple-return.ts'
import { type Part, part } from '../feature-set.ts'
import { aboveLevel, inRanges } from './distance.ts'

/** Changes of the price, the shape of its bars, and how far it is from its means. */
export const price: Part<Bar> = part(
  'price',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    atr: bar.pipe(atr({ length: 14 })),
    return1: bar.pipe(close(), simpleReturn({ lag: 1 })),
    return5: bar.pipe(close(), simpleReturn({ lag: 5 })),
    return15: bar.pipe(close(), simpleReturn({ lag: 15 })),
    return60: bar.pipe(close(), simpleReturn({ lag: 60 })),
    logReturn: bar.pipe(close(), logReturn()),
    highLowSpread: bar.pipe(highLowSpread()),
    closeOpenSpread: bar.pipe(closeOpenSpread()),
    closeLocation: bar.pipe(closeLocation()),
    shape: bar.pipe(candleShape()),
    momentum5: bar.pipe(close(), momentum({ lag: 5 })),
    momentum15: bar.pipe(close(), momentum({ lag: 15 })),
    sma20: bar.pipe(close(), sma({ length: 20 })),
    ema12: bar.pipe(close(), ema({ length: 12 })),
    ema26: bar.pipe(close(), ema({ length: 26 })),
    ema200: bar.pipe(close(), ema({ length: 200 })),
  }),
  {
    return1: { unit: 'share', take: ({ return1 }) => return1 },
    return5: { unit: 'share', take: ({ return5 }) => return5 },
    return15: { unit: 'share', take: ({ return15 }) => return15 },
    return60: { unit: 'share', take: ({ return60 }) => return60 },
    logReturn: { unit: 'log return', take: ({ logReturn }) => logReturn },
    highLowSpread: { unit: 'share of the close', take: ({ highLowSpread }) => highLowSpread },
    closeOpenSpread: { unit: 'share of the open', take: ({ closeOpenSpread }) => closeOpenSpread },
    closeLocation: { unit: '-1..1', take: ({ closeLocation }) => closeLocation },
    body: { unit: 'share of the range, below 0 for a fall', take: ({ shape }) => shape.body },
    upperWick: { unit: 'share of the range', take: ({ shape }) => shape.upper },
    lowerWick: { unit: 'share of the range', take: ({ shape }) => shape.lower },
    momentum5: { unit: 'average true ranges', take: ({ momentum5, atr }) => inRanges(momentum5, atr) },
    momentum15: { unit: 'average true ranges', take: ({ momentum15, atr }) => inRanges(momentum15, atr) },
    sma20Distance: { unit: 'share of the close', take: ({ close, sma20 }) => aboveLevel(close, sma20) },
    ema12Distance: { unit: 'share of the close', take: ({ close, ema12 }) => aboveLevel(close, ema12) },
    ema26Distance: { unit: 'share of the close', take: ({ close, ema26 }) => aboveLevel(close, ema26) },
    ema200Distance: { unit: 'share of the close', take: ({ close, ema200 }) => aboveLevel(close, ema200) },
  },
)
