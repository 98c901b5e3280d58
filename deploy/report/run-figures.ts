import type { Equity, TradingDays } from '../../engine/figures/days.ts'
import type { Figure } from '../../engine/figures/figure.ts'
import { figuresOf, type RunFigures } from '../../engine/figures/figures.ts'
import type { ClosedTrade } from '../../engine/figures/trades.ts'
import type { Manifest, Result } from '../manifest.ts'
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
 * is a row a minute. Its fees are those of all fills: a position that is still held has paid them, too. What it
 * earned is told to the last unit.
 */
export const runFigures = ({
  manifest,
  history,
  calendar,
  trades = history.trades,
  benchmark,
}: Sources): RunFigures => {
  const { equity, open } = history
  const figures = figuresOf({ equity, trades, open, calendar, ...(benchmark === undefined ? {} : { benchmark }) })
  const { result } = manifest
  if (result === null) return figures
  const formula = 'sum(fees) of all fills'
  const fees = { ...figures.trades.fees, formula, n: result.fills, value: result.metrics.fees }
  const { netProfit, totalReturn, financing } = result.metrics
  const { payments = 0 } = result.counts
  const paid: Figure = {
    ...fees,
    name: 'Financing',
    formula: 'sum(payments), funding and overnight',
    n: payments,
    value: financing,
  }
  const costed = { ...figures.trades, fees, ...(payments > 0 && { financing: paid }) }
  const returns = {
    ...figures.returns,
    netProfit: exactly(netProfit, figures.returns.netProfit),
    totalReturn: exactly(totalReturn, figures.returns.totalReturn),
  }
  return { ...figures, returns, drawdown: drawdownOf(figures, result), trades: costed }
}

/** As the ledger counts in whole units; sums of balances are off by what floats round. */
const exactly = (value: number, figure: Figure): Figure => (figure.value === undefined ? figure : { ...figure, value })

const drawdownOf = ({ drawdown }: RunFigures, { ticks, metrics }: Result): RunFigures['drawdown'] => {
  if (drawdown.maxDrawdown.value === undefined) return drawdown
  const formula = 'deepest fall of E in money, at each quote / the peak before it'
  return { ...drawdown, maxDrawdown: { ...drawdown.maxDrawdown, formula, n: ticks, value: metrics.maxDrawdown } }
}
