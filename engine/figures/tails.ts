import { deviationOf, meanOf, normalQuantile, quantileOf, sorted } from './arithmetic.ts'
import type { Daily } from './days.ts'
import { type Figure, figure } from './figure.ts'
import { kurtosisOf, skewOf, split } from './returns.ts'

/** The share of days that is worse than a value at risk. */
const TAIL = 0.05

/**
 * The loss that one day in twenty exceeds, as a negative return, read off the days. Share; undefined without a day.
 * Source: Jorion 2006, Value at Risk, ch. 5.
 */
export const valueAtRisk = ({ returns }: Daily): Figure =>
  figure(
    { name: 'VaR 95 %, historic', unit: 'share', formula: 'q05(r)', n: returns.length },
    quantileOf(sorted(returns), TAIL),
  )

/** The same by a normal distribution. Share; undefined on fewer than two days. Source: QuantStats, `value_at_risk`. */
export const normalValueAtRisk = ({ returns }: Daily): Figure =>
  figure(
    { name: 'VaR 95 %, normal', unit: 'share', formula: 'mean(r) + z05 * sd(r)', n: returns.length },
    normalTail(returns),
  )

/**
 * The same by a normal distribution bent by skewness S and excess kurtosis K. Share; undefined on fewer than four days
 * and on a flat account. Source: Favre and Galeano 2002, Journal of Alternative Investments 5(2).
 */
export const cornishFisherValueAtRisk = ({ returns }: Daily): Figure => {
  const z = normalQuantile(TAIL)
  const [S, K] = [skewOf(returns), kurtosisOf(returns)]
  const bent = z + ((z ** 2 - 1) * S) / 6 + ((z ** 3 - 3 * z) * K) / 24 - ((2 * z ** 3 - 5 * z) * S ** 2) / 36
  return figure(
    {
      name: 'VaR 95 %, Cornish-Fisher',
      unit: 'share',
      formula: 'mean(r) + sd(r) (z + (z² - 1) S / 6 + (z³ - 3 z) K / 24 - (2 z³ - 5 z) S² / 36)',
      n: returns.length,
    },
    meanOf(returns) + bent * deviationOf(returns),
  )
}

/**
 * Mean of the days at or below the historic value at risk. Share; undefined without a day. Source: Rockafellar and
 * Uryasev 2000, Journal of Risk 2(3).
 */
export const conditionalValueAtRisk = ({ returns }: Daily): Figure => {
  const bound = quantileOf(sorted(returns), TAIL)
  const worst = returns.filter(r => r <= bound)
  return figure(
    { name: 'CVaR 95 %, historic', unit: 'share', formula: 'mean(r <= q05(r))', n: worst.length },
    meanOf(worst),
  )
}

/** Mean of the days below the normal value at risk. Share; undefined when there is none. Source: QuantStats, `cvar`. */
export const normalConditionalValueAtRisk = ({ returns }: Daily): Figure => {
  const bound = normalTail(returns)
  const worst = returns.filter(r => r < bound)
  return figure(
    { name: 'CVaR 95 %, below normal VaR', unit: 'share', formula: 'mean(r < mean(r) + z05 * sd(r))', n: worst.length },
    meanOf(worst),
  )
}

/**
 * The good end of the days by the bad end. Ratio; undefined without a day, or when the bad end is 0. Source: empyrical,
 * `tail_ratio`.
 */
export const tailRatio = ({ returns }: Daily): Figure =>
  figure({ name: 'Tail ratio', unit: 'ratio', formula: 'q95(r) / |q05(r)|', n: returns.length }, tailRatioOf(returns))

/**
 * How far the best days stand out from the gains. Ratio; undefined without a gain. Source: QuantStats,
 * `outlier_win_ratio`.
 */
export const outlierWin = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Outlier win', unit: 'ratio', formula: 'q99(r) / mean(r > 0)', n: returns.length },
    quantileOf(sorted(returns), 0.99) / meanOf(split(returns).wins),
  )

/**
 * How far the worst days stand out from the losses. Ratio; undefined without a loss. Source: QuantStats,
 * `outlier_loss_ratio`.
 */
export const outlierLoss = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Outlier loss', unit: 'ratio', formula: 'q01(r) / mean(r < 0)', n: returns.length },
    quantileOf(sorted(returns), 0.01) / meanOf(split(returns).losses),
  )

export const tailRatioOf = (returns: Float64Array): number => {
  const ordered = sorted(returns)
  return quantileOf(ordered, 1 - TAIL) / Math.abs(quantileOf(ordered, TAIL))
}

export const normalTail = (values: Float64Array): number => meanOf(values) + normalQuantile(TAIL) * deviationOf(values)
