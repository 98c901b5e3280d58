import { meanOf, spreadOf, sumOf } from './arithmetic.ts'
import { change, type Daily } from './days.ts'
import { depthOf, ulcerOf, underWater } from './drawdown.ts'
import { type Figure, figure } from './figure.ts'
import { annualGrowth, compoundedDeviation, correlation, payoffOf, profitFactorOf, split } from './returns.ts'
import { normalTail, tailRatioOf } from './tails.ts'

/**
 * Mean excess return by its deviation. Ratio; undefined on fewer than two days and when returns do not vary. Source:
 * Sharpe 1994, Journal of Portfolio Management 21(1).
 */
export const sharpe = ({ excess, perYear }: Daily): Figure =>
  ratio('Sharpe ratio', 'mean(r - f) / sd(r) * sqrt(N)', excess, sharpeOf(excess, perYear))

/**
 * Compound return of a year less the risk-free, by its deviation. Ratio; undefined as `sharpe`. Source: backtesting.py,
 * `_stats.py`.
 */
export const geometricSharpe = ({ returns, perYear, riskFree }: Daily): Figure =>
  ratio(
    'Geometric Sharpe ratio',
    '(CAGR - F) / geometric volatility, F the risk-free return of a year',
    returns,
    (annualGrowth(returns, perYear) - yearly(riskFree, perYear)) / compoundedDeviation(returns, perYear),
  )

/**
 * Sharpe with the deviation made larger for days that follow each other, P being the penalty. Ratio; undefined as
 * `sharpe`. Source: QuantStats, `smart_sharpe`.
 */
export const smartSharpe = ({ excess, perYear }: Daily): Figure =>
  ratio('Smart Sharpe ratio', SMART('Sharpe'), excess, sharpeOf(excess, perYear) / penaltyOf(excess))

/**
 * Mean excess return by the deviation of losses from the risk-free. Ratio; undefined without a loss. Source: Sortino
 * and Price 1994, Journal of Investing 3(3).
 */
export const sortino = ({ excess, perYear }: Daily): Figure =>
  ratio('Sortino ratio', 'mean(r - f) / sqrt(sum(min(r - f, 0)²) / n) * sqrt(N)', excess, sortinoOf(excess, perYear))

/**
 * Compound return of a year less the risk-free, by the deviation of losses. Ratio; undefined without a loss. Source:
 * backtesting.py, `_stats.py`.
 */
export const geometricSortino = ({ returns, perYear, riskFree }: Daily): Figure =>
  ratio(
    'Geometric Sortino ratio',
    '(CAGR - F) / sqrt(sum(min(r, 0)²) / n * N), F the risk-free return of a year',
    returns,
    (annualGrowth(returns, perYear) - yearly(riskFree, perYear)) / (downside(returns) * Math.sqrt(perYear)),
  )

/** Sortino with the penalty of `smartSharpe`. Ratio; undefined without a loss. Source: QuantStats, `smart_sortino`. */
export const smartSortino = ({ excess, perYear }: Daily): Figure =>
  ratio('Smart Sortino ratio', SMART('Sortino'), excess, sortinoOf(excess, perYear) / penaltyOf(excess))

/**
 * Sortino on the scale of Sharpe. Ratio; undefined without a loss. Source: QuantStats, `adjusted_sortino`, after
 * Schwager.
 */
export const adjustedSortino = ({ excess, perYear }: Daily): Figure =>
  ratio('Adjusted Sortino ratio', 'Sortino / sqrt(2)', excess, sortinoOf(excess, perYear) / Math.SQRT2)

/**
 * Gains above the risk-free by what fell short of it. Ratio; undefined when nothing did. Source: Keating and Shadwick
 * 2002.
 */
export const omega = ({ excess }: Daily): Figure =>
  ratio('Omega', 'sum(max(r - f, 0)) / sum(max(f - r, 0))', excess, profitFactorOf(excess))

/**
 * Compound return by the deepest daily fall. Ratio; undefined when it never fell, or with CAGR. Source: Young 1991,
 * Futures 20(1).
 */
export const calmar = (daily: Daily): Figure =>
  ratio('Calmar ratio', 'CAGR / max drawdown of days', daily.returns, growthOf(daily) / fallOf(daily))

/**
 * Cumulative excess return by the ulcer index. Ratio; undefined when it never fell. Source: Martin and McCann 1989, as
 * in QuantStats.
 */
export const ulcerPerformance = (daily: Daily): Figure =>
  ratio(
    'Ulcer performance index',
    '(cumulative return - F) / ulcer index, F the risk-free return of a year',
    daily.returns,
    (change(daily.start, whole(daily)) - yearly(daily.riskFree, daily.perYear)) / ulcerOf(daily),
  )

/**
 * Sum of returns by the ulcer index and by the tail of drawdowns. Ratio; undefined when it never fell. Source:
 * QuantStats, `serenity_index`, after KeyQuant.
 */
export const serenity = (daily: Daily): Figure => {
  const { returns, riskFree, perYear } = daily
  const water = underWater(daily)
  const bound = normalTail(water)
  const pitfall = -meanOf(water.filter(depth => depth < bound)) / spreadOf(returns)
  return ratio(
    'Serenity index',
    '(sum(r) - F) / (ulcer index * -CVaR(dd) / sd(r))',
    returns,
    (sumOf(returns) - yearly(riskFree, perYear)) / (ulcerOf(daily) * pitfall),
  )
}

/**
 * Sum of returns by the deepest daily fall; negative for an account that lost. Ratio; undefined when it never fell or
 * was ruined. Source: QuantStats, `recovery_factor`, which takes the sum without its sign.
 */
export const recoveryFactor = (daily: Daily): Figure =>
  ratio('Recovery factor', 'sum(r) / max drawdown of days', daily.returns, totalOf(daily.returns) / fallOf(daily))

/**
 * Mean by deviation of a day, not annualised. Ratio; undefined as `sharpe`. Source: QuantStats, `risk_return_ratio`.
 */
export const riskReturn = ({ returns }: Daily): Figure =>
  ratio('Return by risk', 'mean(r) / sd(r)', returns, meanOf(returns) / spreadOf(returns))

/** Profit factor, winning days and payoff in one. Ratio; undefined without a loss. Source: QuantStats, `cpc_index`. */
export const cpcIndex = ({ returns }: Daily): Figure =>
  ratio(
    'CPC index',
    'profit factor * winning days * payoff, of days',
    returns,
    profitFactorOf(returns) * winRateOf(returns) * payoffOf(returns),
  )

/** Profit factor by the tails. Ratio; undefined without a loss. Source: QuantStats, `common_sense_ratio`. */
export const commonSense = ({ returns }: Daily): Figure =>
  ratio(
    'Common-sense ratio',
    'profit factor of days * tail ratio',
    returns,
    profitFactorOf(returns) * tailRatioOf(returns),
  )

/** The same by growth. Ratio; undefined when the bad tail is 0. Source: pyfolio, `common_sense_ratio`. */
export const commonSenseGrowth = ({ returns, perYear }: Daily): Figure =>
  ratio(
    'Common-sense ratio, pyfolio',
    'tail ratio * (1 + CAGR)',
    returns,
    tailRatioOf(returns) * (1 + annualGrowth(returns, perYear)),
  )

/**
 * Share of the account that Kelly would stake on a day of b = payoff and p = winning days. Share; undefined without a
 * gain or without a loss. Source: Kelly 1956, Bell System Technical Journal 35(4).
 */
export const dailyKelly = ({ returns }: Daily): Figure =>
  figure({ name: 'Kelly of days', unit: 'share', formula: '(b p - (1 - p)) / b', n: returns.length }, kellyOf(returns))

/**
 * A crude figure: it knows no sizes, and p is of days. Probability; undefined when no day moved. Source: QuantStats,
 * `risk_of_ruin`.
 */
export const riskOfRuin = ({ returns }: Daily): Figure => {
  const p = winRateOf(returns)
  return figure(
    { name: 'Risk of ruin, crude', unit: 'probability', formula: '((1 - p) / (1 + p))^n', n: returns.length },
    Math.exp(returns.length * Math.log((1 - p) / (1 + p))),
  )
}

export const sharpeOf = (excess: Float64Array, perYear: number): number =>
  (meanOf(excess) / spreadOf(excess)) * Math.sqrt(perYear)

export const sortinoOf = (excess: Float64Array, perYear: number): number =>
  (meanOf(excess) / downside(excess)) * Math.sqrt(perYear)

export const kellyOf = (values: Iterable<number>): number => {
  const all = [...values]
  const p = winRateOf(all)
  return p - (1 - p) / payoffOf(all)
}

export const winRateOf = (values: Iterable<number>): number => {
  const { wins, losses } = split(values)
  return wins.length / (wins.length + losses.length)
}

const downside = (excess: Float64Array): number => Math.sqrt(sumOf(excess, r => Math.min(r, 0) ** 2) / excess.length)

const SMART = (name: string): string => `${name} / P, P = sqrt(1 + 2 sum((n - k) / n * |rho|^k)), k = 1 .. n - 1`

/** Of the correlation of neighbours, its sign aside. */
const penaltyOf = (excess: Float64Array): number => {
  const n = excess.length
  const rho = Math.abs(correlation(excess.subarray(0, -1), excess.subarray(1)))
  return Math.sqrt(1 + 2 * sumOf(excess.subarray(1).map((_, i) => ((n - i - 1) / n) * rho ** (i + 1))))
}

const yearly = (riskFree: number, perYear: number): number => Math.expm1(Math.log1p(riskFree) * perYear)

const growthOf = ({ returns, perYear }: Daily): number => annualGrowth(returns, perYear)

const fallOf = ({ start, closes }: Daily): number => depthOf(start, closes)

/** NaN of none, and of an account that was ruined. */
const totalOf = (returns: Float64Array): number => (returns.length === 0 ? Number.NaN : sumOf(returns))

const whole = ({ returns, closes }: Daily): number => (returns.length === 0 ? Number.NaN : closes.at(-1)!)

/** One day makes no ratio. */
const ratio = (name: string, formula: string, { length }: Float64Array, value: number): Figure =>
  figure({ name, unit: 'ratio', formula, n: length }, length < 2 ? Number.NaN : value)
