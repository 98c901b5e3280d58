import { figuresOf } from '../../engine/figures/figures.ts'
import { calendarFor, calendars } from './calendar.ts'
import type { History } from './history.ts'

/** The figures that the summary and the index of runs show, by name; null where a figure does not exist. */
export interface Headline {
  /** Trading days, and how many of them a year has. */
  readonly days: number
  readonly perYear: number
  readonly cagr: number | null
  readonly volatility: number | null
  readonly sharpe: number | null
  readonly sortino: number | null
  readonly calmar: number | null
  readonly exposure: number | null
}

export const headlineOf = (history: History): Headline => {
  const calendar = calendars[calendarFor(history.instruments.values())]
  const { returns, ratios, activity, series } = figuresOf({ ...history, calendar })
  const { cagr, volatility } = returns
  const { sharpe, sortino, calmar } = ratios
  const figures = { cagr, volatility, sharpe, sortino, calmar, exposure: activity.exposure }
  const values = Object.entries(figures).map(([name, { value = null }]) => [name, value])
  return { days: series.daily.days.length, perYear: calendar.perYear, ...Object.fromEntries(values) } as Headline
}
