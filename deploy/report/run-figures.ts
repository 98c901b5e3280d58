import type { Equity, TradingDays } from '../../engine/figures/days.ts'
import { figuresOf, type RunFigures } from '../../engine/figures/figures.ts'
import type { ClosedTrade } from '../../engine/figures/trades.ts'
import type { Manifest } from '../manifest.ts'
import type { History } from './history.ts'

export interface Sources {
  readonly manifest: Manifest
  readonly history: History
  readonly calendar: TradingDays
  /** Default: those of the history, without excursions. */
  readonly trades?: readonly ClosedTrade[]
  readonly benchmark?: Equity | undefined
}

/**
 * The figures of a run. Its deepest fall is the one that the ledger saw: it looks at each quote, and what it recorded
 * is a row a minute.
 */
export const runFigures = ({
  manifest,
  history,
  calendar,
  trades = history.trades,
  benchmark,
}: Sources): RunFigures => {
  const { equity } = history
  const figures = figuresOf({ equity, trades, calendar, ...(benchmark === undefined ? {} : { benchmark }) })
  const { result } = manifest
  if (result === null || figures.drawdown.maxDrawdown.value === undefined) return figures
  const formula = 'deepest fall of E in money, at each quote / the peak before it'
  const seen = { ...figures.drawdown.maxDrawdown, formula, n: result.ticks, value: result.metrics.maxDrawdown }
  return { ...figures, drawdown: { ...figures.drawdown, maxDrawdown: seen } }
}
