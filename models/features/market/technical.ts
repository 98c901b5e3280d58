import type { Flow } from '../../../engine/flow/flow.ts'
import type { Bar } from '../../../engine/market/bar.ts'
import { close } from '../../../operators/bars/close.ts'
import { aroon } from '../../../operators/indicators/aroon.ts'
import { awesomeOscillator } from '../../../operators/indicators/awesome-oscillator.ts'
import { cci } from '../../../operators/indicators/cci.ts'
import { choppiness } from '../../../operators/indicators/choppiness.ts'
import { cmo } from '../../../operators/indicators/cmo.ts'
import { connorsRsi } from '../../../operators/indicators/connors-rsi.ts'
import { directional } from '../../../operators/indicators/directional.ts'
import { fisherTransform } from '../../../operators/indicators/fisher-transform.ts'
import { ichimoku } from '../../../operators/indicators/ichimoku.ts'
import { kama } from '../../../operators/indicators/kama.ts'
import { kst } from '../../../operators/indicators/kst.ts'
import { massIndex } from '../../../operators/indicators/mass-index.ts'
import { parabolicSar } from '../../../operators/indicators/parabolic-sar.ts'
import { ppo } from '../../../operators/indicators/ppo.ts'
import { rateOfChange } from '../../../operators/indicators/rate-of-change.ts'
import { rsi } from '../../../operators/indicators/rsi.ts'
import { stc } from '../../../operators/indicators/stc.ts'
import { stochastic } from '../../../operators/indicators/stochastic.ts'
import { stochasticRsi } from '../../../operators/indicators/stochastic-rsi.ts'
import { supertrend } from '../../../operators/indicators/supertrend.ts'
import { trix } from '../../../operators/indicators/trix.ts'
import { tsi } from '../../../operators/indicators/tsi.ts'
import { ultimateOscillator } from '../../../operators/indicators/ultimate-oscillator.ts'
import { vortex } from '../../../operators/indicators/vortex.ts'
import { williamsR } from '../../../operators/indicators/williams-r.ts'
import { type Part, part } from '../feature-set.ts'
import { aboveLevel } from './distance.ts'

/** Trends and oscillators; what is a price in them, as its distance from the close. */
export const technical: Part<Bar> = part(
  'technical',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    rsi: bar.pipe(close(), rsi({ length: 14 })),
    stochasticRsi: bar.pipe(close(), stochasticRsi({ length: 14, window: 14, smooth: 3, signal: 3 })),
    connorsRsi: bar.pipe(close(), connorsRsi({ length: 3, streak: 2, rank: 100 })),
    directional: bar.pipe(directional({ length: 14 })),
    ppo: bar.pipe(close(), ppo({ fast: 12, slow: 26, signal: 9 })),
    stochastic: bar.pipe(stochastic({ length: 14, smooth: 3, signal: 3 })),
    cci: bar.pipe(cci({ length: 20 })),
    cmo: bar.pipe(close(), cmo({ length: 14 })),
    williamsR: bar.pipe(williamsR({ length: 14 })),
    rateOfChange: bar.pipe(close(), rateOfChange({ lag: 12 })),
    trix: bar.pipe(close(), trix({ length: 15 })),
    tsi: bar.pipe(close(), tsi({ long: 25, short: 13, signal: 13 })),
    ultimate: bar.pipe(ultimateOscillator({ short: 7, middle: 14, long: 28 })),
    awesome: bar.pipe(awesomeOscillator({ fast: 5, slow: 34 })),
    kst: bar.pipe(close(), kst({ lags: [10, 15, 20, 30], lengths: [10, 10, 10, 15], signal: 9 })),
    massIndex: bar.pipe(massIndex({ average: 9, length: 25 })),
    vortex: bar.pipe(vortex({ length: 14 })),
    aroon: bar.pipe(aroon({ length: 25 })),
    choppiness: bar.pipe(choppiness({ length: 14 })),
    fisher: bar.pipe(close(), fisherTransform({ length: 10 })),
    stc: bar.pipe(close(), stc({ cycle: 10, fast: 23, slow: 50, smooth: 3 })),
    kama: bar.pipe(close(), kama({ length: 10, fast: 2, slow: 30 })),
    ichimoku: bar.pipe(ichimoku({})),
    parabolicSar: bar.pipe(parabolicSar({ step: 0.02, max: 0.2 })),
    supertrend: bar.pipe(supertrend({ length: 10, multiplier: 3 })),
  }),
  {
    rsi: { unit: '0..100', take: ({ rsi }) => rsi },
    stochasticRsiK: { unit: '0..100', take: ({ stochasticRsi }) => stochasticRsi.k },
    stochasticRsiD: { unit: '0..100', take: ({ stochasticRsi }) => stochasticRsi.d },
    connorsRsi: { unit: '0..100', take: ({ connorsRsi }) => connorsRsi },
    adx: { unit: '0..100', take: ({ directional }) => directional.adx },
    plusDirectional: { unit: '0..100', take: ({ directional }) => directional.plus },
    minusDirectional: { unit: '0..100', take: ({ directional }) => directional.minus },
    ppo: { unit: 'percent', take: ({ ppo }) => ppo.ppo },
    ppoSignal: { unit: 'percent', take: ({ ppo }) => ppo.signal },
    ppoHistogram: { unit: 'percent', take: ({ ppo }) => ppo.histogram },
    stochasticK: { unit: '0..100', take: ({ stochastic }) => stochastic.k },
    stochasticD: { unit: '0..100', take: ({ stochastic }) => stochastic.d },
    cci: { unit: '1.5 % of the mean deviation', take: ({ cci }) => cci },
    cmo: { unit: '-100..100', take: ({ cmo }) => cmo },
    williamsR: { unit: '-100..0', take: ({ williamsR }) => williamsR },
    rateOfChange: { unit: 'percent', take: ({ rateOfChange }) => rateOfChange },
    trix: { unit: 'percent per bar', take: ({ trix }) => trix },
    tsi: { unit: '-100..100', take: ({ tsi }) => tsi.tsi },
    tsiSignal: { unit: '-100..100', take: ({ tsi }) => tsi.signal },
    ultimateOscillator: { unit: '0..100', take: ({ ultimate }) => ultimate },
    awesomeOscillator: { unit: 'share of the close', take: ({ awesome, close }) => awesome / close },
    kst: { unit: 'percent, weighted', take: ({ kst }) => kst.kst },
    kstSignal: { unit: 'percent, weighted', take: ({ kst }) => kst.signal },
    massIndex: { unit: 'sum of 25 ratios', take: ({ massIndex }) => massIndex },
    vortexPlus: { unit: 'ratio', take: ({ vortex }) => vortex.plus },
    vortexMinus: { unit: 'ratio', take: ({ vortex }) => vortex.minus },
    aroonUp: { unit: '0..100', take: ({ aroon }) => aroon.up },
    aroonDown: { unit: '0..100', take: ({ aroon }) => aroon.down },
    choppiness: { unit: '0..100', take: ({ choppiness }) => choppiness },
    fisher: { unit: '-7.6..7.6', take: ({ fisher }) => fisher.fisher },
    stc: { unit: '0..100', take: ({ stc }) => stc },
    kamaDistance: { unit: 'share of the close', take: ({ close, kama }) => aboveLevel(close, kama) },
    conversionDistance: {
      unit: 'share of the close',
      take: ({ close, ichimoku }) => aboveLevel(close, ichimoku.conversion),
    },
    baseDistance: { unit: 'share of the close', take: ({ close, ichimoku }) => aboveLevel(close, ichimoku.base) },
    spanADistance: {
      unit: 'share of the close',
      take: ({ close, ichimoku }) => aboveLevel(close, ichimoku.spanA),
    },
    spanBDistance: {
      unit: 'share of the close',
      take: ({ close, ichimoku }) => aboveLevel(close, ichimoku.spanB),
    },
    sarDistance: {
      unit: 'share of the close',
      take: ({ close, parabolicSar }) => aboveLevel(close, parabolicSar.stop),
    },
    sarDirection: { unit: '1 or -1', take: ({ parabolicSar }) => parabolicSar.direction },
    supertrendDistance: {
      unit: 'share of the close',
      take: ({ close, supertrend }) => aboveLevel(close, supertrend.stop),
    },
    supertrendDirection: { unit: '1 or -1', take: ({ supertrend }) => supertrend.direction },
  },
)
