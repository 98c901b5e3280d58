import { describe, expect, it } from 'vitest'
import type { Micros } from '../market/units.ts'
import type { Figure } from './figure.ts'
import { figuresOf } from './figures.ts'
import type { ClosedTrade } from './trades.ts'

const DAY = 86_400_000_000
const calendar = { perYear: 365 }
const curve = (start: number, balance: readonly number[]) => ({ start, at: balance.map((_, i) => i * DAY), balance })

const trade = (profit: number, rest: Partial<ClosedTrade> = {}): ClosedTrade => ({
  instrument: 'X',
  side: 'buy',
  openedAt: 0 as Micros,
  closedAt: DAY as Micros,
  lots: 1,
  entry: 100,
  exit: 100 + profit,
  profit,
  fees: 0,
  notional: 100,
  ...rest,
})

describe('figures by hand', () => {
  const run = figuresOf({ equity: curve(100, [110, 99, 108.9, 98.01]), trades: [], calendar: { perYear: 4 } })

  it('grows, falls and divides as on paper', () => {
    // r = 0.1, -0.1, 0.1, -0.1: mean 0, deviation sqrt(0.04 / 3), peak 110.
    const { returns, ratios, tails, drawdown } = run
    expect(returns.netProfit.value).toBeCloseTo(-1.99, 12)
    expect(returns.cagr.value).toBeCloseTo(-0.0199, 14)
    expect(returns.volatility.value).toBeCloseTo(2 * Math.sqrt(0.04 / 3), 14)
    expect(ratios.sharpe.value).toBeCloseTo(0, 14)
    expect(ratios.omega.value).toBeCloseTo(1, 12)
    expect(returns.winningDays.value).toBe(0.5)
    expect(tails.valueAtRisk.value).toBeCloseTo(-0.1, 14)
    expect(drawdown.maxDrawdown.value).toBeCloseTo(1 - 98.01 / 110, 14)
    expect(drawdown.timeUnderWater.value).toBe(0.75)
    expect(run.series.drawdowns).toMatchObject([
      { from: '1970-01-01', valley: '1970-01-04', recovered: undefined, days: 3 },
    ])
  })

  it('counts trades as on paper', () => {
    const { trades } = figuresOf({
      equity: curve(100, [100, 104]),
      trades: [trade(4), trade(-1), trade(3, { side: 'sell', fees: 1 }), trade(-1), trade(0)],
      calendar,
    })
    const values = Object.fromEntries(Object.entries(trades).map(([name, { value }]) => [name, value]))
    expect(values).toMatchObject({
      trades: 5,
      winners: 2,
      losers: 2,
      evens: 1,
      winRate: 0.4,
      profitFactor: 3,
      payoff: 3,
    })
    expect(values).toMatchObject({
      expectancy: 0.8,
      median: 0,
      best: 4,
      worst: -1,
      fees: 1,
      winningStreak: 1,
      losingStreak: 1,
    })
    expect(values.kelly).toBeCloseTo(0.5 - 0.5 / 3, 14)
    expect(values.meanHolding).toBe(DAY)
  })
})

describe('a figure that does not exist', () => {
  const valuesOf = (group: object) => Object.values(group as Record<string, Figure>).map(({ value }) => value)

  it('counts the time and the turnover of a position that nothing has closed', () => {
    const equity = curve(100, [110, 99, 99])
    const { activity } = figuresOf({ equity, trades: [], open: [{ openedAt: equity.at[1]!, dealt: 50 }], calendar })
    expect(activity.exposure).toMatchObject({ value: 0.5, n: 1 })
    expect(activity.openTrades.value).toBe(1)
    // 50 of a mean of 308 / 3, in 3 days of 365.
    expect(activity.turnover).toMatchObject({ value: expect.closeTo(((50 * 3) / 308) * (365 / 3), 12), n: 1 })
  })

  it('is undefined without a row or a trade', () => {
    const { trades, ...run } = figuresOf({ equity: curve(100, []), trades: [], calendar })
    for (const group of [run.returns, run.ratios, run.tails, run.drawdown, run.trailing, run.shuffles])
      expect(valuesOf(group).every(value => value === undefined)).toBe(true)
    const { trades: count, winners, losers, evens, ...others } = trades
    expect(valuesOf({ count, winners, losers, evens })).toEqual([0, 0, 0, 0])
    expect(valuesOf(others).every(value => value === undefined)).toBe(true)
  })

  it('is undefined where one day would make a ratio', () => {
    const { ratios, returns } = figuresOf({ equity: curve(100, [99]), trades: [], calendar })
    const { riskOfRuin, monthlyGainToPain, gainToPain, dailyProfitFactor, ...others } = ratios
    expect(valuesOf(others).every(value => value === undefined)).toBe(true)
    expect([returns.totalReturn.value, returns.volatility.value]).toEqual([-0.01, undefined])
  })

  it('is undefined on a flat account where it divides by what moved', () => {
    const { returns, ratios, drawdown } = figuresOf({
      equity: curve(100, [100, 100, 100, 100, 100]),
      trades: [],
      calendar,
    })
    expect(valuesOf(ratios).every(value => value === undefined)).toBe(true)
    expect([returns.cagr.value, returns.volatility.value, drawdown.maxDrawdown.value]).toEqual([0, 0, 0])
    expect([returns.skewness.value, returns.kurtosis.value, drawdown.averageDrawdown.value]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is no Sharpe of steady growth, whose returns differ by rounding alone', () => {
    const balance = Array.from({ length: 50 }, (_, i) => 100 * 1.001 ** i)
    expect(figuresOf({ equity: curve(100, balance), trades: [], calendar }).ratios.sharpe.n).toBe(50)
    const steady = figuresOf({ equity: curve(100 / 1.001, balance), trades: [], calendar })
    expect([steady.ratios.sharpe.value, steady.ratios.sortino.value, steady.ratios.calmar.value]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is no Sortino of growth at the risk-free rate, which falls short of it by rounding alone', () => {
    const balance = Array.from({ length: 60 }, (_, i) => 100 * 1.001 ** (i + 1))
    const riskFree = 1.001 ** calendar.perYear - 1
    const { ratios } = figuresOf({ equity: curve(100, balance), trades: [], calendar, riskFree })
    const { sharpe, sortino, adjustedSortino, omega } = ratios
    expect(valuesOf({ sharpe, sortino, adjustedSortino, omega })).toEqual([undefined, undefined, undefined, undefined])
  })

  it('is undefined of drawdowns when the account began with nothing', () => {
    const { drawdown, series } = figuresOf({ equity: curve(-5, [5, 3, 4]), trades: [], calendar })
    expect(valuesOf(drawdown).every(value => value === undefined)).toBe(true)
    expect(series.drawdowns).toEqual([])
  })

  it('is undefined on one day where it takes two', () => {
    const { returns, ratios } = figuresOf({ equity: curve(100, [101]), trades: [], calendar })
    expect([returns.cagr.value, returns.volatility.value, ratios.sharpe.value]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(returns.totalReturn.value).toBe(0.01)
  })

  it('is undefined where the account was ruined, but for what was lost', () => {
    const { returns, ratios, tails, drawdown, intervals } = figuresOf({
      equity: curve(100, [90, -10, 20]),
      trades: [],
      calendar,
    })
    expect([returns.netProfit.value, returns.totalReturn.value, drawdown.maxDrawdown.value]).toEqual([-80, -0.8, 1.1])
    expect(returns.cagr.value).toBeUndefined()
    expect(valuesOf({ ...ratios, ...tails }).every(value => value === undefined)).toBe(true)
    expect(intervals.sharpe.low).toBeUndefined()
  })
})

describe('refusals', () => {
  it.each([
    ['rows out of order', { equity: { start: 1, at: [1, 0], balance: [1, 1] } }],
    ['a balance that is no number', { equity: { start: 1, at: [0], balance: [Number.NaN] } }],
    ['a year without days', { calendar: { perYear: 0 } }],
    ['a weekday that is none', { calendar: { perYear: 252, weekdays: [8] } }],
    ['a holiday that is none', { calendar: { perYear: 252, holidays: ['2024-02-30'] } }],
    ['an end of the day that is none', { calendar: { perYear: 252, ends: '24:00' } }],
    ['a block of no days', { bootstrap: { blockDays: 0 } }],
  ])('%s', (_, part) => {
    expect(() => figuresOf({ equity: curve(1, [1]), trades: [], calendar, ...part })).toThrow(
      expect.objectContaining({ code: 'ASSERT' }),
    )
  })
})
