import { deviationOf, meanOf, type Numbers, powerSum, quantileOf, sorted, spreadOf, sumOf } from './arithmetic.ts'
import { change, type Daily } from './days.ts'
import { type Figure, figure } from './figure.ts'

/** What the account earned. Money; undefined without a row. */
export const netProfit = ({ start, closes }: Daily): Figure =>
  figure(
    { name: 'Net profit', unit: 'money', formula: 'E_end - E_0', n: closes.length },
    (closes.at(-1) ?? Number.NaN) - start,
  )

/** Growth over the whole run. Share; undefined without a row, or when it began with nothing. */
export const totalReturn = ({ start, closes }: Daily): Figure =>
  figure(
    { name: 'Cumulative return', unit: 'share', formula: 'E_end / E_0 - 1', n: closes.length },
    start > 0 ? change(start, closes.at(-1) ?? Number.NaN) : Number.NaN,
  )

/**
 * Compound growth of a year of N trading days; backtesting.py's annual return, (1 + geometric mean)^N - 1, is the same.
 * Share; undefined on fewer than two days and for an account that was ruined. Source: QuantStats, `cagr`.
 */
export const cagr = ({ returns, perYear }: Daily): Figure =>
  figure(
    { name: 'CAGR', unit: 'share', formula: 'prod(1 + r)^(N / n) - 1', n: returns.length },
    annualGrowth(returns, perYear),
  )

/**
 * Compound growth of a calendar year of 365.25 days, the days counted from the first trading day to the last, both
 * included. Share; undefined as `cagr`. Source: backtesting.py, `_stats.py`.
 */
export const calendarCagr = ({ returns, days }: Daily): Figure =>
  figure(
    { name: 'Calendar CAGR', unit: 'share', formula: 'prod(1 + r)^(365.25 / calendar days) - 1', n: returns.length },
    returns.length < 2 ? Number.NaN : Math.expm1((growth(returns) * 365.25) / (days.at(-1)! - days[0]! + 1)),
  )

/** Mean of a day times N, not compounded. Share; undefined without a day, or when ruined. */
export const meanReturn = ({ returns, perYear }: Daily): Figure =>
  figure(
    { name: 'Mean return, annual', unit: 'share', formula: 'mean(r) * N', n: returns.length },
    meanOf(returns) * perYear,
  )

/** Deviation of a year. Share; 0 on a flat account; undefined on fewer than two days, or when ruined. */
export const volatility = ({ returns, perYear }: Daily): Figure =>
  figure(
    { name: 'Volatility, annual', unit: 'share', formula: 'sd(r) * sqrt(N), sd by n - 1', n: returns.length },
    spreadOf(returns) * Math.sqrt(perYear),
  )

/**
 * Deviation of the compounded return of a year, g being the geometric mean. Share; undefined as `volatility`. Source:
 * backtesting.py, `_stats.py`.
 */
export const geometricVolatility = ({ returns, perYear }: Daily): Figure =>
  figure(
    {
      name: 'Geometric volatility, annual',
      unit: 'share',
      formula: 'sqrt((var(r) + (1 + g)^2)^N - (1 + g)^(2 N))',
      n: returns.length,
    },
    compoundedDeviation(returns, perYear),
  )

/** Share of one day; undefined without a day, or when ruined. */
export const bestDay = ({ returns }: Daily): Figure =>
  figure({ name: 'Best day', unit: 'share', formula: 'max(r)', n: returns.length }, Math.max(...extremes(returns)))

/** Share of one day; undefined without a day, or when ruined. */
export const worstDay = ({ returns }: Daily): Figure =>
  figure({ name: 'Worst day', unit: 'share', formula: 'min(r)', n: returns.length }, Math.min(...extremes(returns)))

/** Days that gained, of those that moved. Share; undefined when none moved. Source: QuantStats, `win_rate`. */
export const winningDays = ({ returns }: Daily): Figure => {
  const { wins, losses } = split(returns)
  const n = wins.length + losses.length
  return figure({ name: 'Winning days', unit: 'share', formula: '#(r > 0) / #(r <> 0)', n }, wins.length / n)
}

/**
 * Mean gaining day by mean losing day. Ratio; undefined without a gain or without a loss. Source: QuantStats,
 * `payoff_ratio`.
 */
export const dailyPayoff = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Payoff of days', unit: 'ratio', formula: 'mean(r > 0) / |mean(r < 0)|', n: returns.length },
    payoffOf(returns),
  )

/** Gains by losses. Ratio; undefined without a loss. Source: QuantStats, `profit_factor`. */
export const dailyProfitFactor = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Profit factor of days', unit: 'ratio', formula: 'sum(r > 0) / |sum(r < 0)|', n: returns.length },
    profitFactorOf(returns),
  )

/**
 * Net gain by losses. Ratio; undefined without a loss. Source: Schwager 2012, Hedge Fund Market Wizards, appendix A.
 */
export const gainToPain = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Gain to pain of days', unit: 'ratio', formula: 'sum(r) / |sum(r < 0)|', n: returns.length },
    gainToPainOf(returns),
  )

/**
 * Asymmetry of days. Ratio; undefined on fewer than three days and on a flat account. Source: Joanes and Gill 1998, The
 * Statistician 47(1), G1.
 */
export const skewness = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Skewness', unit: 'ratio', formula: 'sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5', n: returns.length },
    skewOf(returns),
  )

/**
 * Excess of fat tails over the normal's. Ratio; undefined on fewer than four days and on a flat account. Source: Joanes
 * and Gill 1998, G2.
 */
export const kurtosis = ({ returns }: Daily): Figure =>
  figure(
    {
      name: 'Excess kurtosis',
      unit: 'ratio',
      formula: '(n - 1) / ((n - 2) (n - 3)) * ((n + 1) (m4 / m2^2 - 3) + 6)',
      n: returns.length,
    },
    kurtosisOf(returns),
  )

/**
 * How straight the log of the account went up: R² of cumulative log returns on time. Ratio; undefined on fewer than two
 * days and on a flat account. Source: empyrical, `stability_of_timeseries`.
 */
export const stability = ({ returns }: Daily): Figure => {
  let log = 0
  const path = returns.map(r => (log += Math.log1p(r)))
  const time = returns.map((_, i) => i)
  return figure(
    { name: 'Stability', unit: 'ratio', formula: 'R² of sum(log(1 + r)) on the day', n: returns.length },
    spreadOf(path) === 0 ? Number.NaN : correlation(path, time) ** 2,
  )
}

/** Longest run of days that gained. Days; undefined without a day. */
export const winningStreak = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Longest run of winning days', unit: 'days', formula: 'days in a row with r > 0', n: returns.length },
    longestRun(returns, 1),
  )

/** Longest run of days that lost. Days; undefined without a day. */
export const losingStreak = ({ returns }: Daily): Figure =>
  figure(
    { name: 'Longest run of losing days', unit: 'days', formula: 'days in a row with r < 0', n: returns.length },
    longestRun(returns, -1),
  )

/** Log of the growth of all. */
export const growth = (returns: Float64Array): number => sumOf(returns, Math.log1p)

export const annualGrowth = (returns: Float64Array, perYear: number): number =>
  returns.length < 2 ? Number.NaN : Math.expm1((growth(returns) * perYear) / returns.length)

export const compoundedDeviation = (returns: Float64Array, perYear: number): number => {
  const growing = Math.exp((2 * growth(returns)) / returns.length)
  // x^N - y^N with the small difference of x and y kept: y^N ((1 + (x - y) / y)^N - 1).
  const excess = Math.expm1(perYear * Math.log1p(spreadOf(returns) ** 2 / growing))
  return Math.sqrt(growing ** perYear * excess)
}

export const split = (values: Iterable<number>): { readonly wins: number[]; readonly losses: number[] } => {
  const all = [...values]
  return { wins: all.filter(x => x > 0), losses: all.filter(x => x < 0) }
}

export const payoffOf = (values: Iterable<number>): number => {
  const { wins, losses } = split(values)
  return meanOf(wins) / -meanOf(losses)
}

export const profitFactorOf = (values: Iterable<number>): number => {
  const { wins, losses } = split(values)
  return sumOf(wins) / -sumOf(losses)
}

export const gainToPainOf = (values: Numbers): number => sumOf(values) / -sumOf(split(values).losses)

export const skewOf = (values: Float64Array): number => {
  const n = values.length
  if (n < 3 || spreadOf(values) === 0) return Number.NaN
  return ((Math.sqrt(n * (n - 1)) / (n - 2)) * moment(values, 3)) / moment(values, 2) ** 1.5
}

export const kurtosisOf = (values: Float64Array): number => {
  const n = values.length
  if (n < 4 || spreadOf(values) === 0) return Number.NaN
  const excess = moment(values, 4) / moment(values, 2) ** 2 - 3
  return ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6)
}

export const moment = (values: Float64Array, power: number): number => powerSum(values, power) / values.length

/** Sample covariance; NaN of fewer than two. */
export const covariance = (a: Float64Array, b: Float64Array): number => {
  const [ma, mb] = [meanOf(a), meanOf(b)]
  return a.length < 2 ? Number.NaN : sumOf(a.map((x, i) => (x - ma) * (b[i]! - mb))) / (a.length - 1)
}

export const correlation = (a: Float64Array, b: Float64Array): number =>
  covariance(a, b) / (spreadOf(a) * deviationOf(b))

/** The longest run of numbers of a sign; NaN of none. */
export const longestRun = (values: Iterable<number>, sign: 1 | -1): number => {
  let [run, longest] = [0, Number.NaN]
  for (const x of values) {
    run = Math.sign(x) === sign ? run + 1 : 0
    if (!(run <= longest)) longest = run
  }
  return longest
}

const extremes = (values: Float64Array): readonly number[] => {
  const ordered = sorted(values)
  return [quantileOf(ordered, 0), quantileOf(ordered, 1)]
}
