import type { Flow } from '../../engine/flow/flow.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { close } from '../../operators/bars/close.ts'
import { volatilityPercentile } from '../../operators/distribution/volatility-percentile.ts'
import { adx } from '../../operators/indicators/adx.ts'
import { atr } from '../../operators/indicators/atr.ts'
import { ema } from '../../operators/indicators/ema.ts'
import { rsi } from '../../operators/indicators/rsi.ts'
import { candleShape } from '../../operators/returns/candle-shape.ts'
import { simpleReturn } from '../../operators/returns/simple-return.ts'
import { streak } from '../../operators/returns/streak.ts'
import { currencySessions, sessionOf } from '../../operators/session/session-of.ts'
import { timeOfDay } from '../../operators/session/time-of-day.ts'
import { fairValueGap } from '../../operators/structure/fair-value-gap.ts'
import { fairValueGapState } from '../../operators/structure/fair-value-gap-state.ts'
import { premiumDiscount } from '../../operators/structure/premium-discount.ts'
import { supportResistance } from '../../operators/structure/support-resistance.ts'
import { closeClose } from '../../operators/volatility/close-close.ts'
import { type FeatureSet, featureSet, part } from './feature-set.ts'

const structure = part(
  'pattern',
  (bar: Flow<Bar>) => ({
    gap: bar.pipe(fairValueGap({ length: 14 })),
    gaps: bar.pipe(fairValueGapState({ most: 32 })),
    position: bar.pipe(premiumDiscount({ span: 5 })),
    levels: bar.pipe(supportResistance({ length: 20 })),
    streak: bar.pipe(close(), streak({ atMost: 20 })),
  }),
  {
    fvgType: { unit: '1 under a rise, -1 above a fall, else 0', take: ({ gap }) => gap.direction },
    fvgSize: { unit: 'average true ranges', take: ({ gap }) => gap.size },
    fvgOpen: { unit: 'open gaps', take: ({ gaps }) => gaps.open },
    fvgOpenType: { unit: '-1, 0 or 1, of the newest', take: ({ gaps }) => gaps.direction },
    fvgOpenAge: { unit: 'bars, of the newest', take: ({ gaps }) => gaps.age },
    fvgOpenFilled: { unit: 'share, of the newest', take: ({ gaps }) => gaps.filled },
    pdPosition: { unit: '0 at the swing low, 1 at the high', take: ({ position }) => position },
    resistance: { unit: 'share of the close', take: ({ levels }) => levels.resistance },
    support: { unit: 'share of the close', take: ({ levels }) => levels.support },
    streak: { unit: 'bars, with their sign', take: ({ streak }) => streak },
  },
)

const volatility = part(
  'volatility',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    atr: bar.pipe(atr({ length: 14 })),
    percentile: bar.pipe(close(), volatilityPercentile({ length: 20, among: 252 })),
    volatility: bar.pipe(close(), closeClose({ length: 20 })),
  }),
  {
    atr: { unit: 'share of the close', take: ({ atr, close }) => atr / close },
    volatility: { unit: 'log return per bar', take: ({ volatility }) => volatility },
    volatilityPercentile: { unit: '0..1, of 252 bars', take: ({ percentile }) => percentile },
  },
)

const price = part(
  'price',
  (bar: Flow<Bar>) => ({
    shape: bar.pipe(candleShape()),
    return1: bar.pipe(close(), simpleReturn({ lag: 1 })),
    return5: bar.pipe(close(), simpleReturn({ lag: 5 })),
    return15: bar.pipe(close(), simpleReturn({ lag: 15 })),
  }),
  {
    body: { unit: 'share of the range, below 0 for a fall', take: ({ shape }) => shape.body },
    upperWick: { unit: 'share of the range', take: ({ shape }) => shape.upper },
    lowerWick: { unit: 'share of the range', take: ({ shape }) => shape.lower },
    return1: { unit: 'share', take: ({ return1 }) => return1 },
    return5: { unit: 'share', take: ({ return5 }) => return5 },
    return15: { unit: 'share', take: ({ return15 }) => return15 },
  },
)

const technical = part(
  'technical',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    ema: bar.pipe(close(), ema({ length: 50 })),
    rsi: bar.pipe(close(), rsi({ length: 14 })),
    adx: bar.pipe(adx({ length: 14 })),
  }),
  {
    emaDistance: { unit: 'share of the close', take: ({ ema, close }) => (close - ema) / close },
    rsi: { unit: '0..100', take: ({ rsi }) => rsi },
    adx: { unit: '0..100', take: ({ adx }) => adx },
  },
)

const time = part(
  'time',
  (bar: Flow<Bar>) => ({
    time: bar.pipe(timeOfDay({ zone: 'UTC' })),
    sessions: bar.pipe(sessionOf({ sessions: currencySessions })),
  }),
  {
    timeSin: { unit: '-1..1, UTC', take: ({ time }) => time.sin },
    timeCos: { unit: '-1..1, UTC', take: ({ time }) => time.cos },
    asia: { unit: '0 or 1', take: ({ sessions }) => sessions.asia },
    london: { unit: '0 or 1', take: ({ sessions }) => sessions.london },
    newYork: { unit: '0 or 1', take: ({ sessions }) => sessions.newYork },
  },
)

/** Will a fair-value gap be filled, and the target be met: the gap, where the price stands, and what goes on around. */
export const gaps: FeatureSet = featureSet({
  name: 'gaps',
  version: 1,
  needs: 'prices',
  spanMs: 60_000,
  parts: [structure, volatility, price, technical, time],
})
