import type { Flow } from '../../engine/flow/flow.ts'
import { map } from '../../engine/flow/map.ts'
import type { Trade } from '../../engine/market/trade.ts'
import { close } from '../../operators/bars/close.ts'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { adx } from '../../operators/indicators/adx.ts'
import { rsi } from '../../operators/indicators/rsi.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import { timeOfDay } from '../../operators/session/time-of-day.ts'
import { volumeDelta } from '../../operators/volume/volume-delta.ts'
import { type FeatureSet, featureSet, part } from './feature-set.ts'

const spanMs = 60_000

/** Five values for a reversion to the mean, at each trade; the time of day takes two numbers. */
export const oracle: FeatureSet = featureSet({
  name: 'oracle',
  version: 1,
  needs: 'trades',
  spanMs,
  parts: [
    part(
      'statistical',
      (trade: Flow<Trade>) => ({
        zScore: trade.pipe(
          map('price', ({ price }) => price),
          zScore({ length: 20 }),
        ),
      }),
      { zScore: { unit: 'standard deviations of 20 trades', take: ({ zScore }) => zScore } },
    ),
    part(
      'technical',
      (trade: Flow<Trade>) => ({
        adx: trade.pipe(timeBars({ spanMs }), adx({ length: 14 })),
        rsi: trade.pipe(timeBars({ spanMs }), close(), rsi({ length: 14 })),
      }),
      {
        adx: { unit: '0..100, 14 minutes', take: ({ adx }) => adx },
        rsi: { unit: '0..100, 14 minutes', take: ({ rsi }) => rsi },
      },
    ),
    part('time', (trade: Flow<Trade>) => ({ time: trade.pipe(timeOfDay({ zone: 'UTC' })) }), {
      timeSin: { unit: '-1..1, UTC', take: ({ time }) => time.sin },
      timeCos: { unit: '-1..1, UTC', take: ({ time }) => time.cos },
    }),
    part('volume', (trade: Flow<Trade>) => ({ delta: trade.pipe(volumeDelta({ spanMs })) }), {
      volumeDelta: { unit: '-1..1, share of the last minute', take: ({ delta }) => delta.share },
    }),
  ],
})
