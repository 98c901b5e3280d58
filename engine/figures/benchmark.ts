import { meanOf, spreadOf, varianceOf } from './arithmetic.ts'
import { change, type Daily } from './days.ts'
import { type Figure, figure } from './figure.ts'
import { annualGrowth, correlation, covariance } from './returns.ts'

export type BenchmarkFigures = Readonly<Record<BenchmarkFigure, Figure>>

/**
 * An account against a benchmark on the same days; b are returns of the benchmark. All are undefined on fewer than two
 * days, when either was ruined, and where the benchmark does not vary if they divide by how it does.
 */
export const benchmarkFigures = (account: Daily, benchmark: Daily): BenchmarkFigures => {
  const isWhole = account.returns.length === benchmark.returns.length
  const pair = isWhole ? pairOf(account, benchmark) : pairOf(none(account), none(benchmark))
  const { length } = pair.r
  const rows = Object.entries(benchmarkRows).map(
    ([key, [name, unit, formula, of]]) => [key, figure({ name, unit, formula, n: length }, of(pair))] as const,
  )
  return Object.fromEntries(rows) as BenchmarkFigures
}

interface Pair {
  readonly account: Daily
  readonly benchmark: Daily
  readonly r: Float64Array
  readonly b: Float64Array
  readonly beta: number
  /** r - b */
  readonly active: Float64Array
}

/** Beta of the last `length` days, a value a day; undefined until they are there. */
export const rollingBeta = (account: Daily, benchmark: Daily, length: number): readonly (number | undefined)[] => {
  const isWhole = account.returns.length === benchmark.returns.length
  return Array.from(account.closes, (_, i) => {
    const window = ({ returns }: Daily): Float64Array => returns.subarray(i + 1 - length, i + 1)
    const beta = i + 1 < length || !isWhole ? Number.NaN : betaOf(window(account), window(benchmark))
    return Number.isNaN(beta) ? undefined : beta
  })
}

const betaOf = (r: Float64Array, b: Float64Array): number =>
  spreadOf(b) > 0 ? covariance(r, b) / varianceOf(b) : Number.NaN

const none = (daily: Daily): Daily => ({ ...daily, returns: new Float64Array(), excess: new Float64Array() })

const pairOf = (account: Daily, benchmark: Daily): Pair => {
  const [r, b] = [account.returns, benchmark.returns]
  return { account, benchmark, r, b, beta: betaOf(r, b), active: r.map((x, i) => x - b[i]!) }
}

type Row = readonly [string, Figure['unit'], string, (pair: Pair) => number]
type BenchmarkFigure =
  | 'benchmarkReturn'
  | 'excessReturn'
  | 'beta'
  | 'alpha'
  | 'jensenAlpha'
  | 'correlation'
  | 'rSquared'
  | 'trackingError'
  | 'informationRatio'
  | 'annualInformationRatio'
  | 'treynor'
  | 'upCapture'
  | 'downCapture'

const benchmarkRows: Readonly<Record<BenchmarkFigure, Row>> = {
  benchmarkReturn: ['Return of the benchmark', 'share', 'B_end / B_0 - 1', ({ benchmark }) => totalOf(benchmark)],
  excessReturn: [
    'Return above the benchmark',
    'share',
    'E_end / E_0 - B_end / B_0',
    ({ account, benchmark }) => totalOf(account) - totalOf(benchmark),
  ],
  /** Source: Sharpe 1964, Journal of Finance 19(3). */
  beta: ['Beta', 'ratio', 'cov(r, b) / var(b)', ({ beta }) => beta],
  /** Not compounded. Source: Jensen 1968, Journal of Finance 23(2), on days. */
  alpha: [
    'Alpha, annual',
    'share',
    '(mean(r - f) - beta * mean(b - f)) * N',
    ({ account, benchmark, beta }) => (meanOf(account.excess) - beta * meanOf(benchmark.excess)) * account.perYear,
  ],
  /** Jensen's over the whole run. Source: backtesting.py, `_stats.py`, which has beta of log returns. */
  jensenAlpha: [
    'Alpha of the whole',
    'share',
    '(R - F) - beta * (B - F), R, B over the run, F the risk-free return of a year',
    ({ account, benchmark, beta }) => {
      const free = Math.expm1(Math.log1p(account.riskFree) * account.perYear)
      return totalOf(account) - free - beta * (totalOf(benchmark) - free)
    },
  ],
  correlation: ['Correlation', 'ratio', 'cov(r, b) / (sd(r) sd(b))', ({ r, b }) => correlationOf(r, b)],
  rSquared: ['R²', 'ratio', 'correlation²', ({ r, b }) => correlationOf(r, b) ** 2],
  /** Source: Grinold and Kahn 1999, Active Portfolio Management, ch. 3 and 5; so the next two. */
  trackingError: [
    'Tracking error, annual',
    'share',
    'sd(r - b) * sqrt(N)',
    ({ active, account }) => spreadOf(active) * Math.sqrt(account.perYear),
  ],
  /** Of a day, as QuantStats has it. */
  informationRatio: [
    'Information ratio, daily',
    'ratio',
    'mean(r - b) / sd(r - b)',
    ({ active }) => informationOf(active),
  ],
  annualInformationRatio: [
    'Information ratio, annual',
    'ratio',
    'mean(r - b) / sd(r - b) * sqrt(N)',
    ({ active, account }) => informationOf(active) * Math.sqrt(account.perYear),
  ],
  /** Source: Treynor 1965, Harvard Business Review 43(1). QuantStats has the cumulative return in place of a year's. */
  treynor: [
    'Treynor ratio',
    'ratio',
    'mean(r - f) * N / beta',
    ({ account, beta }) => (meanOf(account.excess) * account.perYear) / beta,
  ],
  /**
   * Growth of a year of days on which the benchmark rose, ours by the benchmark's. Source: Morningstar, upside and
   * downside capture, on days.
   */
  upCapture: [
    'Up capture',
    'ratio',
    'growth of a year of r / of b, days with b > 0',
    pair => captureOf(pair, b => b > 0),
  ],
  downCapture: [
    'Down capture',
    'ratio',
    'growth of a year of r / of b, days with b < 0',
    pair => captureOf(pair, b => b < 0),
  ],
}

const correlationOf = (r: Float64Array, b: Float64Array): number =>
  spreadOf(r) > 0 && spreadOf(b) > 0 ? correlation(r, b) : Number.NaN

const informationOf = (active: Float64Array): number => meanOf(active) / spreadOf(active)

const captureOf = ({ account: { perYear }, r, b }: Pair, isPart: (b: number) => boolean): number => {
  const part = (values: Float64Array): Float64Array => values.filter((_, i) => isPart(b[i]!))
  return annualGrowth(part(r), perYear) / annualGrowth(part(b), perYear)
}

const totalOf = ({ start, closes, returns }: Daily): number =>
  returns.length < 2 ? Number.NaN : change(start, closes.at(-1)!)
