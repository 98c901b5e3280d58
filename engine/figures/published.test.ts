import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Micros } from '../market/units.ts'
import { figuresOf } from './figures.ts'
import type { ClosedTrade } from './trades.ts'

const FILE = join(import.meta.dirname, '../../../shared/data/goog-daily.csv')

/** Google 2004 to 2013, sma 10 crosses sma 30, all in at the next open, no costs: how backtesting.py tests itself. */
const crossing = () => {
  const bars = readFileSync(FILE, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split(','))
    .map(([date, open, , , close]) => ({
      at: (Date.parse(`${date}T12:00Z`) * 1000) as Micros,
      open: Number(open),
      close: Number(close),
    }))
  const mean = (end: number, length: number) =>
    bars.slice(end - length + 1, end + 1).reduce((sum, { close }) => sum + close, 0) / length
  const trades: ClosedTrade[] = []
  const balance: number[] = []
  let [cash, units, entry, openedAt, isDue] = [10_000, 0, 0, 0 as Micros, 0]
  bars.forEach(({ at, open, close }, i) => {
    if (units !== 0 && (isDue !== 0 || i === bars.length - 1)) {
      const profit = units * (open - entry)
      cash += profit
      const side = units > 0 ? 'buy' : 'sell'
      const lots = Math.abs(units)
      trades.push({
        instrument: 'GOOG',
        side,
        openedAt,
        closedAt: at,
        lots,
        entry,
        exit: open,
        profit,
        fees: 0,
        notional: lots * entry,
      })
      units = 0
    }
    if (isDue !== 0 && i < bars.length - 1) [units, entry, openedAt] = [isDue * Math.floor(cash / open), open, at]
    isDue = 0
    if (i >= 30) {
      const [before, now] = [mean(i - 1, 10) - mean(i - 1, 30), mean(i, 10) - mean(i, 30)]
      if (before < 0 && now > 0) isDue = 1
      if (before > 0 && now < 0) isDue = -1
    }
    balance.push(cash + units * (close - entry))
  })
  // It counts days from the first close on: 2,147 returns of 2,148 closes.
  const [start = 0, ...later] = balance
  return { trades, equity: { start, at: bars.slice(1).map(({ at }) => at), balance: later } }
}

describe.runIf(existsSync(FILE))('what backtesting.py publishes of its test case', () => {
  it('comes out of the figures that follow it', () => {
    const { trades, equity } = crossing()
    const run = figuresOf({
      equity,
      trades,
      calendar: { perYear: 252, weekdays: [1, 2, 3, 4, 5], holidays: missing(equity.at) },
    })
    expect([trades.length, equity.balance.at(-1)!.toFixed(2)]).toEqual([66, '51422.99'])
    expect(run.drawdown.maxDrawdown.value).toBeCloseTo(0.4798, 4)
    expect(run.ratios.geometricSharpe.value).toBeCloseTo(0.5806, 4)
    expect(run.ratios.geometricSortino.value).toBeCloseTo(1.0853, 4)
    expect(run.ratios.calmar.value).toBeCloseTo(0.4417, 4)
    expect(run.trades.sqn.value).toBeCloseTo(1.0766, 4)
    expect(run.trades.kelly.value).toBeCloseTo(0.1519, 4)
  })
})

/** The days on which the exchange was shut, as the file has them. */
const missing = (at: readonly number[]): string[] => {
  const open = new Set(at)
  const days = Array.from({ length: (at.at(-1)! - at[0]!) / 86_400_000_000 + 1 }, (_, i) => at[0]! + i * 86_400_000_000)
  return days
    .map(day => ({ day, date: new Date(day / 1000) }))
    .filter(({ day, date }) => !open.has(day) && ![0, 6].includes(date.getUTCDay()))
    .map(({ date }) => date.toISOString().slice(0, 10))
}
