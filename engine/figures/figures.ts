import { assert } from '../assert.ts'
import { type BenchmarkFigures, benchmarkFigures, rollingBeta } from './benchmark.ts'
import { type DailyFigures, dailyFigures } from './daily-figures.ts'
import { alongside, type Daily, dailyOf, type Equity, type TradingDays } from './days.ts'
import {
  type DeepestFall,
  type Drawdown,
  deepestFall,
  drawdownTable,
  maxDrawdown,
  maxDrawdownMoney,
  underWater,
} from './drawdown.ts'
import { entriesByHour, exposure, growthByExposure, type Held, openTrades, turnover } from './exposure.ts'
import { type Figure, figure } from './figure.ts'
import { type Period, periodFigures, periodsOf, type Span, type TrailingFigures, trailingFigures } from './periods.ts'
import { netProfit } from './returns.ts'
import { type Rolling, rollingOf } from './rolling.ts'
import { type ClosedTrade, type TradeFigures, tradeFigures, tradeFiguresBy } from './trades.ts'
import {
  type Bootstrap,
  type Intervals,
  intervalsOf,
  type ShuffleFigures,
  type Shuffles,
  shuffleFigures,
} from './uncertainty.ts'

export interface Run extends Held {
  /** Every change of the account's worth, open positions included. */
  readonly equity: Equity
  /** Closed trades, in the order of their closes. */
  readonly trades: readonly ClosedTrade[]
  readonly calendar: TradingDays
  /** What holding would have made: an account or a price, over the same time. */
  readonly benchmark?: Equity
  /** Return of a year that is had without risk. Share; default 0. */
  readonly riskFree?: number
  /** Days of the rolling figures. Default 126, half a year of 252. */
  readonly rollingDays?: number
  readonly bootstrap?: Bootstrap
  readonly shuffles?: Shuffles
}

/** All that can be said of a run; of each group an object of figures by name. */
export interface RunFigures extends DailyFigures {
  readonly drawdown: DailyFigures['drawdown'] & Readonly<Record<'maxDrawdown' | 'maxDrawdownMoney', Figure>>
  readonly trades: TradeFigures
  readonly activity: Readonly<Record<Activity, Figure>>
  readonly trailing: TrailingFigures
  readonly periods: Readonly<Record<Span, Readonly<Record<'best' | 'worst' | 'winners', Figure>>>>
  readonly benchmark: BenchmarkFigures | undefined
  readonly shuffles: ShuffleFigures
  readonly intervals: Intervals
  readonly series: RunSeries
}

type Activity = 'openTrades' | 'exposure' | 'growthByExposure' | 'profitByDrawdown' | 'turnover'

/** What the tables and the pictures are drawn from. */
export interface RunSeries {
  readonly daily: Daily
  readonly benchmark: Daily | undefined
  readonly underWater: Float64Array
  readonly rolling: Rolling
  readonly rollingBeta: readonly (number | undefined)[] | undefined
  readonly drawdowns: readonly Drawdown[]
  readonly deepestFall: DeepestFall | undefined
  readonly months: readonly Period[]
  readonly years: readonly Period[]
  readonly entriesByHour: readonly number[]
  readonly bySide: ReadonlyMap<string, TradeFigures>
  readonly byInstrument: ReadonlyMap<string, TradeFigures>
}

/**
 * The figures of a run. Pure: the same run gives the same figures, the intervals too, as their chance has a seed.
 *
 * Fails  Defect ASSERT when the equity is out of order, or an option makes no sense; usage TIME_ZONE
 *
 * @example
 * const DAY = 86_400_000_000
 * const equity = { start: 100, at: [0, DAY, 2 * DAY], balance: [110, 99, 99] }
 * const { returns, trades } = figuresOf({ equity, trades: [], calendar: { perYear: 365 } })
 * returns.totalReturn.value // => -0.01
 * returns.totalReturn.formula // => 'E_end / E_0 - 1'
 * trades.winRate.value // => undefined
 */
export const figuresOf = (run: Run): RunFigures => {
  const { equity, trades, calendar, riskFree = 0, rollingDays = 126 } = run
  assert(riskFree > -1, `figures: a risk-free return is above -1, found ${riskFree}`)
  assert(Number.isInteger(rollingDays) && rollingDays > 1, `figures: rolling days are 2 or more, found ${rollingDays}`)
  const daily = dailyOf(equity, calendar, riskFree)
  const benchmark = run.benchmark && alongside(run.benchmark, calendar, daily)
  const days = dailyFigures(daily)
  return {
    ...days,
    drawdown: { ...days.drawdown, maxDrawdown: maxDrawdown(equity), maxDrawdownMoney: maxDrawdownMoney(equity) },
    trades: tradeFigures(trades),
    activity: {
      openTrades: openTrades(run),
      exposure: exposure(run, equity),
      growthByExposure: growthByExposure(daily, run, equity),
      profitByDrawdown: profitByDrawdown(daily, equity),
      turnover: turnover(daily, run),
    },
    trailing: trailingFigures(daily),
    periods: {
      month: periodFigures(daily, 'month'),
      quarter: periodFigures(daily, 'quarter'),
      year: periodFigures(daily, 'year'),
    },
    benchmark: benchmark && benchmarkFigures(daily, benchmark),
    shuffles: shuffleFigures(daily, run.shuffles),
    intervals: intervalsOf(daily, run.bootstrap),
    series: seriesOf(run, daily, benchmark),
  }
}

const seriesOf = (
  { equity, trades, rollingDays = 126 }: Run,
  daily: Daily,
  benchmark: Daily | undefined,
): RunSeries => ({
  daily,
  benchmark,
  underWater: underWater(daily),
  rolling: rollingOf(daily, rollingDays),
  rollingBeta: benchmark && rollingBeta(daily, benchmark, rollingDays),
  drawdowns: drawdownTable(daily),
  deepestFall: deepestFall(equity),
  months: periodsOf(daily, 'month'),
  years: periodsOf(daily, 'year'),
  entriesByHour: entriesByHour(trades),
  bySide: tradeFiguresBy(trades, ({ side }) => side),
  byInstrument: tradeFiguresBy(trades, ({ instrument }) => instrument),
})

/** Net profit by the largest fall in money: the recovery factor of traders. Ratio; undefined when it never fell. */
const profitByDrawdown = (daily: Daily, equity: Equity): Figure =>
  figure(
    {
      name: 'Profit by drawdown',
      unit: 'ratio',
      formula: 'net profit / max drawdown, money',
      n: equity.balance.length,
    },
    (netProfit(daily).value ?? Number.NaN) / (maxDrawdownMoney(equity).value ?? Number.NaN),
  )
