import type { Daily } from './days.ts'
import {
  averageDrawdown,
  averageDrawdownDays,
  longestDrawdown,
  maxDailyDrawdown,
  timeUnderWater,
  ulcerIndex,
} from './drawdown.ts'
import { activeDays } from './exposure.ts'
import type { Figure } from './figure.ts'
import { monthlyGainToPain } from './periods.ts'
import {
  adjustedSortino,
  calmar,
  commonSense,
  commonSenseGrowth,
  cpcIndex,
  dailyKelly,
  geometricSharpe,
  geometricSortino,
  omega,
  recoveryFactor,
  riskOfRuin,
  riskReturn,
  serenity,
  sharpe,
  smartSharpe,
  smartSortino,
  sortino,
  ulcerPerformance,
} from './ratios.ts'
import {
  bestDay,
  cagr,
  calendarCagr,
  dailyPayoff,
  dailyProfitFactor,
  gainToPain,
  geometricVolatility,
  kurtosis,
  losingStreak,
  meanReturn,
  netProfit,
  skewness,
  stability,
  totalReturn,
  volatility,
  winningDays,
  winningStreak,
  worstDay,
} from './returns.ts'
import {
  conditionalValueAtRisk,
  cornishFisherValueAtRisk,
  normalConditionalValueAtRisk,
  normalValueAtRisk,
  outlierLoss,
  outlierWin,
  tailRatio,
  valueAtRisk,
} from './tails.ts'
import { probabilisticSharpe } from './uncertainty.ts'

/** The figures of an account's days: what it needs no single row and no trade for. */
export interface DailyFigures {
  readonly returns: Readonly<Record<ReturnFigure, Figure>>
  readonly ratios: Readonly<Record<RatioFigure, Figure>>
  readonly tails: Readonly<Record<TailFigure, Figure>>
  readonly drawdown: Readonly<Record<DrawdownFigure, Figure>>
}

export const dailyFigures = (daily: Daily): DailyFigures => ({
  returns: each(returnFigures, daily),
  ratios: each(ratioFigures, daily),
  tails: each(tailFigures, daily),
  drawdown: each(dailyDrawdowns, daily),
})

type Makers<Name extends string> = Readonly<Record<Name, (daily: Daily) => Figure>>

const each = <Name extends string>(makers: Makers<Name>, daily: Daily): Readonly<Record<Name, Figure>> =>
  Object.fromEntries(
    Object.entries<(daily: Daily) => Figure>(makers).map(([name, make]) => [name, make(daily)]),
  ) as Record<Name, Figure>

export type ReturnFigure =
  | 'netProfit'
  | 'totalReturn'
  | 'cagr'
  | 'calendarCagr'
  | 'meanReturn'
  | 'volatility'
  | 'geometricVolatility'
  | 'bestDay'
  | 'worstDay'
  | 'winningDays'
  | 'winningStreak'
  | 'losingStreak'
  | 'activeDays'
  | 'skewness'
  | 'kurtosis'
  | 'stability'

const returnFigures: Makers<ReturnFigure> = {
  netProfit,
  totalReturn,
  cagr,
  calendarCagr,
  meanReturn,
  volatility,
  geometricVolatility,
  bestDay,
  worstDay,
  winningDays,
  winningStreak,
  losingStreak,
  activeDays,
  skewness,
  kurtosis,
  stability,
}

export type RatioFigure =
  | 'sharpe'
  | 'geometricSharpe'
  | 'smartSharpe'
  | 'probabilisticSharpe'
  | 'sortino'
  | 'geometricSortino'
  | 'smartSortino'
  | 'adjustedSortino'
  | 'omega'
  | 'calmar'
  | 'ulcerPerformance'
  | 'serenity'
  | 'recoveryFactor'
  | 'riskReturn'
  | 'dailyPayoff'
  | 'dailyProfitFactor'
  | 'gainToPain'
  | 'monthlyGainToPain'
  | 'cpcIndex'
  | 'commonSense'
  | 'commonSenseGrowth'
  | 'dailyKelly'
  | 'riskOfRuin'

const ratioFigures: Makers<RatioFigure> = {
  sharpe,
  geometricSharpe,
  smartSharpe,
  probabilisticSharpe,
  sortino,
  geometricSortino,
  smartSortino,
  adjustedSortino,
  omega,
  calmar,
  ulcerPerformance,
  serenity,
  recoveryFactor,
  riskReturn,
  dailyPayoff,
  dailyProfitFactor,
  gainToPain,
  monthlyGainToPain,
  cpcIndex,
  commonSense,
  commonSenseGrowth,
  dailyKelly,
  riskOfRuin,
}

export type TailFigure =
  | 'valueAtRisk'
  | 'normalValueAtRisk'
  | 'cornishFisherValueAtRisk'
  | 'conditionalValueAtRisk'
  | 'normalConditionalValueAtRisk'
  | 'tailRatio'
  | 'outlierWin'
  | 'outlierLoss'

const tailFigures: Makers<TailFigure> = {
  valueAtRisk,
  normalValueAtRisk,
  cornishFisherValueAtRisk,
  conditionalValueAtRisk,
  normalConditionalValueAtRisk,
  tailRatio,
  outlierWin,
  outlierLoss,
}

export type DrawdownFigure =
  | 'maxDailyDrawdown'
  | 'averageDrawdown'
  | 'averageDrawdownDays'
  | 'longestDrawdown'
  | 'timeUnderWater'
  | 'ulcerIndex'

const dailyDrawdowns: Makers<DrawdownFigure> = {
  maxDailyDrawdown,
  averageDrawdown,
  averageDrawdownDays,
  longestDrawdown,
  timeUnderWater,
  ulcerIndex,
}
