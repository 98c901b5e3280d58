import type { Flow } from '../../engine/flow/flow.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { map } from '../../engine/flow/map.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { close } from '../../operators/bars/close.ts'
import { highest } from '../../operators/distribution/highest.ts'
import { lowest } from '../../operators/distribution/lowest.ts'
import { atr } from '../../operators/indicators/atr.ts'
import { awesomeOscillator } from '../../operators/indicators/awesome-oscillator.ts'
import { bollinger } from '../../operators/indicators/bollinger.ts'
import { dpo } from '../../operators/indicators/dpo.ts'
import { ema } from '../../operators/indicators/ema.ts'
import { ichimoku } from '../../operators/indicators/ichimoku.ts'
import { kama } from '../../operators/indicators/kama.ts'
import { keltner } from '../../operators/indicators/keltner.ts'
import { macd } from '../../operators/indicators/macd.ts'
import { parabolicSar } from '../../operators/indicators/parabolic-sar.ts'
import { sma } from '../../operators/indicators/sma.ts'
import { momentum } from '../../operators/returns/momentum.ts'
import { calendarFields } from '../../operators/session/calendar-fields.ts'
import { accumulationDistribution } from '../../operators/volume/accumulation-distribution.ts'
import { easeOfMovement } from '../../operators/volume/ease-of-movement.ts'
import { forceIndex } from '../../operators/volume/force-index.ts'
import { negativeVolumeIndex } from '../../operators/volume/negative-volume-index.ts'
import { onBalanceVolume } from '../../operators/volume/on-balance-volume.ts'
import { rollingVwap } from '../../operators/volume/rolling-vwap.ts'
import { volumePriceTrend } from '../../operators/volume/volume-price-trend.ts'
import { type FeatureSet, featureSet, type Part, part } from './feature-set.ts'

const LEVEL = {
  unit: 'quote currency',
  warning: 'a level of prices: another instrument, or another year, has others; take its distance from the close',
}
const WAY = {
  unit: 'quote currency',
  warning: 'a way in prices: another instrument has others; take it as a share of the close, or in average true ranges',
}
const TOTAL = 'a running total: it depends on where the history begins; take its change over some bars'
const SIZED = 'in prices and volumes: another instrument has others; take what is told in shares of the volume'
const CLOCK = 'the last number is next to the first: trees alone may read it; take the sine and the cosine'

/** How far the close is from the first of the history, in percent: for no model, so it is no operator. */
const sinceStart = (): Lifted<number, number> =>
  lift<{ first: number }, number, number>({
    name: 'sinceStart',
    warmup: 1,
    settle: Infinity,
    init: () => ({ first: Number.NaN }),
    step(state, price) {
      if (Number.isNaN(state.first)) state.first = price
      return 100 * (price / state.first - 1)
    },
  })

const price: Part<Bar> = part(
  'price',
  (bar: Flow<Bar>) => ({
    sma12: bar.pipe(close(), sma({ length: 12 })),
    sma26: bar.pipe(close(), sma({ length: 26 })),
    ema12: bar.pipe(close(), ema({ length: 12 })),
    ema26: bar.pipe(close(), ema({ length: 26 })),
    momentum5: bar.pipe(close(), momentum({ lag: 5 })),
    momentum15: bar.pipe(close(), momentum({ lag: 15 })),
    sinceStart: bar.pipe(close(), sinceStart()),
  }),
  {
    trend_sma_fast: { ...LEVEL, take: ({ sma12 }) => sma12 },
    trend_sma_slow: { ...LEVEL, take: ({ sma26 }) => sma26 },
    trend_ema_fast: { ...LEVEL, take: ({ ema12 }) => ema12 },
    trend_ema_slow: { ...LEVEL, take: ({ ema26 }) => ema26 },
    momentum_5: { ...WAY, take: ({ momentum5 }) => momentum5 },
    momentum_15: { ...WAY, take: ({ momentum15 }) => momentum15 },
    others_cr: { unit: 'percent', warning: TOTAL, take: ({ sinceStart }) => sinceStart },
  },
)

const volatility: Part<Bar> = part(
  'volatility',
  (bar: Flow<Bar>) => ({
    bollinger: bar.pipe(close(), bollinger({ length: 20, deviations: 2 })),
    keltner: bar.pipe(keltner({ length: 20, atrLength: 10, multiplier: 2 })),
    high20: bar.pipe(high(), highest({ length: 20 })),
    low20: bar.pipe(low(), lowest({ length: 20 })),
    atr: bar.pipe(atr({ length: 14 })),
  }),
  {
    volatility_bbm: { ...LEVEL, take: ({ bollinger }) => bollinger.middle },
    volatility_bbh: { ...LEVEL, take: ({ bollinger }) => bollinger.upper },
    volatility_bbl: { ...LEVEL, take: ({ bollinger }) => bollinger.lower },
    volatility_kcc: { ...LEVEL, take: ({ keltner }) => keltner.middle },
    volatility_kch: { ...LEVEL, take: ({ keltner }) => keltner.upper },
    volatility_kcl: { ...LEVEL, take: ({ keltner }) => keltner.lower },
    volatility_dch: { ...LEVEL, take: ({ high20 }) => high20 },
    volatility_dcm: { ...LEVEL, take: ({ high20, low20 }) => (high20 + low20) / 2 },
    volatility_dcl: { ...LEVEL, take: ({ low20 }) => low20 },
    volatility_atr: { ...WAY, take: ({ atr }) => atr },
  },
)

const technical: Part<Bar> = part(
  'technical',
  (bar: Flow<Bar>) => ({
    macd: bar.pipe(close(), macd({ fast: 12, slow: 26, signal: 9 })),
    ichimoku: bar.pipe(ichimoku({})),
    high52: bar.pipe(high(), highest({ length: 52 })),
    low52: bar.pipe(low(), lowest({ length: 52 })),
    parabolicSar: bar.pipe(parabolicSar({ step: 0.02, max: 0.2 })),
    dpo: bar.pipe(close(), dpo({ length: 20 })),
    awesome: bar.pipe(awesomeOscillator({ fast: 5, slow: 34 })),
    kama: bar.pipe(close(), kama({ length: 10, fast: 2, slow: 30 })),
  }),
  {
    trend_macd: { ...WAY, take: ({ macd }) => macd.macd },
    trend_macd_signal: { ...WAY, take: ({ macd }) => macd.signal },
    trend_macd_diff: { ...WAY, take: ({ macd }) => macd.histogram },
    trend_ichimoku_conv: { ...LEVEL, take: ({ ichimoku }) => ichimoku.conversion },
    trend_ichimoku_base: { ...LEVEL, take: ({ ichimoku }) => ichimoku.base },
    trend_ichimoku_a: { ...LEVEL, take: ({ ichimoku }) => (ichimoku.conversion + ichimoku.base) / 2 },
    trend_ichimoku_b: { ...LEVEL, take: ({ high52, low52 }) => (high52 + low52) / 2 },
    trend_visual_ichimoku_a: { ...LEVEL, take: ({ ichimoku }) => ichimoku.spanA },
    trend_visual_ichimoku_b: { ...LEVEL, take: ({ ichimoku }) => ichimoku.spanB },
    trend_psar: { ...LEVEL, take: ({ parabolicSar }) => parabolicSar.stop },
    trend_dpo: { ...WAY, take: ({ dpo }) => dpo },
    momentum_ao: { ...WAY, take: ({ awesome }) => awesome },
    momentum_kama: { ...LEVEL, take: ({ kama }) => kama },
  },
)

const volume: Part<Bar> = part(
  'volume',
  (bar: Flow<Bar>) => ({
    distribution: bar.pipe(accumulationDistribution()),
    onBalance: bar.pipe(onBalanceVolume()),
    force: bar.pipe(forceIndex({ length: 13 })),
    ease: bar.pipe(easeOfMovement({ length: 1, unit: 1e8 })),
    meanEase: bar.pipe(easeOfMovement({ length: 14, unit: 1e8 })),
    priceTrend: bar.pipe(volumePriceTrend()),
    rollingVwap: bar.pipe(rollingVwap({ length: 14 })),
    negative: bar.pipe(negativeVolumeIndex()),
  }),
  {
    volume_adi: { unit: 'base units', warning: TOTAL, take: ({ distribution }) => distribution },
    volume_obv: { unit: 'base units', warning: TOTAL, take: ({ onBalance }) => onBalance },
    volume_fi: { unit: 'quote currency', warning: SIZED, take: ({ force }) => force },
    volume_em: { unit: 'square of quote currency per 1e8', warning: SIZED, take: ({ ease }) => ease },
    volume_sma_em: { unit: 'square of quote currency per 1e8', warning: SIZED, take: ({ meanEase }) => meanEase },
    volume_vpt: { unit: 'base units', warning: TOTAL, take: ({ priceTrend }) => priceTrend },
    volume_vwap: { ...LEVEL, take: ({ rollingVwap }) => rollingVwap },
    volume_nvi: { unit: 'index points', warning: TOTAL, take: ({ negative }) => negative },
  },
)

const time: Part<Bar> = part('time', (bar: Flow<Bar>) => ({ calendar: bar.pipe(calendarFields({ zone: 'UTC' })) }), {
  hour: { unit: '0..23, UTC', warning: CLOCK, take: ({ calendar }) => calendar.hour },
  minute: { unit: '0..59, UTC', warning: CLOCK, take: ({ calendar }) => calendar.minute },
  weekday: { unit: '1..7, UTC', warning: CLOCK, take: ({ calendar }) => calendar.weekday },
})

const high = () => map<Bar, number>('high', ({ high }) => high)
const low = () => map<Bar, number>('low', ({ low }) => low)

/**
 * What tables of features for learning usually hold beside the sound ones, under the names of the Python package `ta`,
 * to compare models with. Each number says why it should not be read, and what to take for it: `market` has that.
 *
 * What cannot be known in time is not here under any name: the rank of a volatility within all of a table, the chikou
 * span, means of a whole table in place of what is missing at its start.
 */
export const marketOriginal: FeatureSet = featureSet({
  name: 'market-original',
  version: 1,
  needs: 'bars',
  spanMs: 60_000,
  parts: [price, volatility, technical, volume, time],
})
