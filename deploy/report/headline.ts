import { dailyFigures } from '../../engine/figures/daily-figures.ts'
import { dailyOf } from '../../engine/figures/days.ts'
import { exposure } from '../../engine/figures/exposure.ts'
import { calendarFor, calendars } from './calendar.ts'
import type { History } from './history.ts'

/** What the summary and the index of runs show beside the outcome; null where a figure does not exist. */
export interface Headline {
  /** Event times of the first row and the last, microseconds. */
  readonly begin: number | null
  readonly end: number | null
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

/** Without histories that are drawn by chance, so it costs little at the end of a run. */
export const headlineOf = ({ equity, trades, open, instruments }: History): Headline => {
  const calendar = calendars[calendarFor(instruments.values())]
  const daily = dailyOf(equity, calendar)
  const { returns, ratios } = dailyFigures(daily)
  return {
    begin: equity.at[0] ?? null,
    end: equity.at[equity.at.length - 1] ?? null,
    days: daily.days.length,
    perYear: calendar.perYear,
    cagr: returns.cagr.value ?? null,
    volatility: returns.volatility.value ?? null,
    sharpe: ratios.sharpe.value ?? null,
    sortino: ratios.sortino.value ?? null,
    calmar: ratios.calmar.value ?? null,
    exposure: exposure({ trades, open }, equity).value ?? null,
  }
}
