import type { Flow } from '../../../engine/flow/flow.ts'
import type { Bar } from '../../../engine/market/bar.ts'
import { close } from '../../../operators/bars/close.ts'
import { autocorrelation } from '../../../operators/distribution/autocorrelation.ts'
import { entropy } from '../../../operators/distribution/entropy.ts'
import { kurtosis } from '../../../operators/distribution/kurtosis.ts'
import { maxDrawdown } from '../../../operators/distribution/max-drawdown.ts'
import { priorZScore } from '../../../operators/distribution/prior-z-score.ts'
import { returnRank } from '../../../operators/distribution/return-rank.ts'
import { robustZ } from '../../../operators/distribution/robust-z.ts'
import { skewness } from '../../../operators/distribution/skewness.ts'
import { efficiencyRatio } from '../../../operators/fractal/efficiency-ratio.ts'
import { fractalDimension } from '../../../operators/fractal/fractal-dimension.ts'
import { hurst } from '../../../operators/fractal/hurst.ts'
import { permutationEntropy } from '../../../operators/fractal/permutation-entropy.ts'
import { varianceRatio } from '../../../operators/fractal/variance-ratio.ts'
import { logReturn } from '../../../operators/indicators/log-return.ts'
import { regression } from '../../../operators/indicators/regression.ts'
import { zScore } from '../../../operators/indicators/z-score.ts'
import { type Part, part } from '../feature-set.ts'

/** Where the close stands among those before it, how returns are spread, and whether they go on or turn back. */
export const statistical: Part<Bar> = part(
  'statistical',
  (bar: Flow<Bar>) => ({
    close: bar.pipe(close()),
    zScore20: bar.pipe(close(), zScore({ length: 20 })),
    zScore50: bar.pipe(close(), zScore({ length: 50 })),
    priorZScore: bar.pipe(close(), priorZScore({ length: 20 })),
    robustZ: bar.pipe(close(), robustZ({ length: 50 })),
    skewness: bar.pipe(close(), logReturn(), skewness({ length: 20 })),
    kurtosis: bar.pipe(close(), logReturn(), kurtosis({ length: 20 })),
    autocorrelation1: bar.pipe(close(), logReturn(), autocorrelation({ length: 50, lag: 1 })),
    autocorrelation5: bar.pipe(close(), logReturn(), autocorrelation({ length: 20, lag: 5 })),
    entropy: bar.pipe(close(), logReturn(), entropy({ length: 50, bins: 8 })),
    returnRank: bar.pipe(close(), returnRank({ length: 100, lag: 1 })),
    drawdown: bar.pipe(close(), maxDrawdown({ length: 60 })),
    regression: bar.pipe(close(), regression({ length: 20 })),
    hurst: bar.pipe(close(), hurst({ length: 100 })),
    fractalDimension: bar.pipe(fractalDimension({ length: 30 })),
    efficiencyRatio: bar.pipe(close(), efficiencyRatio({ length: 10 })),
    varianceRatio: bar.pipe(close(), varianceRatio({ length: 100, lag: 5 })),
    permutationEntropy: bar.pipe(close(), permutationEntropy({ length: 50, order: 3 })),
  }),
  {
    zScore20: { unit: 'standard deviations', take: ({ zScore20 }) => zScore20 },
    zScore50: { unit: 'standard deviations', take: ({ zScore50 }) => zScore50 },
    priorZScore: { unit: 'standard deviations of the 20 bars before', take: ({ priorZScore }) => priorZScore },
    robustZ: { unit: 'standard deviations, by the median', take: ({ robustZ }) => robustZ },
    skewness: { unit: 'none', take: ({ skewness }) => skewness },
    kurtosis: { unit: 'none, in excess of 3', take: ({ kurtosis }) => kurtosis },
    autocorrelation1: { unit: '-1..1', take: ({ autocorrelation1 }) => autocorrelation1 },
    autocorrelation5: { unit: '-1..1', take: ({ autocorrelation5 }) => autocorrelation5 },
    entropy: { unit: '0..1', take: ({ entropy }) => entropy },
    returnRank: { unit: '0..1, of 100 bars', take: ({ returnRank }) => returnRank },
    maxDrawdown: { unit: '0..1, of 60 bars', take: ({ drawdown }) => drawdown },
    trendSlope: { unit: 'share of the close per bar', take: ({ regression, close }) => regression.slope / close },
    trendFit: { unit: '0..1', take: ({ regression }) => regression.rSquared },
    hurst: { unit: 'exponent', take: ({ hurst }) => hurst.corrected },
    fractalDimension: { unit: '1..2', take: ({ fractalDimension }) => fractalDimension },
    efficiencyRatio: { unit: '0..1', take: ({ efficiencyRatio }) => efficiencyRatio },
    varianceRatio: { unit: '1 for a random walk', take: ({ varianceRatio }) => varianceRatio },
    permutationEntropy: { unit: '0..1', take: ({ permutationEntropy }) => permutationEntropy },
  },
)
