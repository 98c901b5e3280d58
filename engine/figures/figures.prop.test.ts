import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Micros } from '../market/units.ts'
import { dailyOf, type Equity } from './days.ts'
import type { Figure } from './figure.ts'
import { figuresOf, type Run } from './figures.ts'
import type { ClosedTrade } from './trades.ts'

const DAY = 86_400_000_000
const calendar = { perYear: 252, weekdays: [1, 2, 3, 4, 5] }
const quick = { bootstrap: { samples: 2 }, shuffles: { samples: 2 }, rollingDays: 5 }
const runs = { seed: 6, numRuns: 100 }

/** An account in cents, up to three rows a day. */
const equities = fc
  .array(fc.tuple(fc.integer({ min: -300, max: 320 }), fc.integer({ min: 0, max: 3 })), { minLength: 6, maxLength: 60 })
  .map((steps): Equity => {
    let [at, worth] = [19_000 * DAY, 100_000]
    const rows = steps.map(([change, quarters]) => {
      at += quarters * (DAY / 3)
      worth += change
      return [at, worth] as const
    })
    return { start: 100_000, at: rows.map(([time]) => time), balance: rows.map(([, balance]) => balance) }
  })

const trades = fc
  .array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 99 })), { maxLength: 20 })
  .map(all =>
    all.map(
      ([profit, hours], i): ClosedTrade => ({
        instrument: 'X',
        side: i % 2 === 0 ? 'buy' : 'sell',
        openedAt: (19_000 * DAY + i * DAY) as Micros,
        closedAt: (19_000 * DAY + i * DAY + (hours * DAY) / 24) as Micros,
        lots: 1,
        entry: 100,
        exit: 101,
        profit,
        fees: 3,
        notional: 10_000,
        highest: Math.max(profit, 0) + 10,
        lowest: Math.min(profit, 0) - 10,
      }),
    ),
  )

const groups = [
  'returns',
  'ratios',
  'tails',
  'drawdown',
  'trades',
  'activity',
  'trailing',
  'benchmark',
  'shuffles',
] as const

const figuresIn = (run: Run): Figure[] => {
  const figures = figuresOf(run)
  return [
    ...groups.flatMap(group => Object.values<Figure>(figures[group] ?? {})),
    ...Object.values(figures.periods).flatMap(span => Object.values(span)),
  ]
}

const scaled = ({ start, at, balance }: Equity, by: number): Equity => ({
  start: start * by,
  at,
  balance: Array.from(balance, worth => worth * by),
})

describe('figures', () => {
  it('are the same in another money, but for money', () => {
    const by = 1024
    fc.assert(
      fc.property(equities, trades, (equity, closed) => {
        const larger = closed.map(trade => {
          const { profit, fees, notional = 0, highest = 0, lowest = 0 } = trade
          const money = { profit, fees, notional, highest, lowest }
          return { ...trade, ...Object.fromEntries(Object.entries(money).map(([name, value]) => [name, value * by])) }
        })
        const own = figuresIn({ equity, trades: closed, calendar, benchmark: equity, ...quick })
        const other = figuresIn({ equity: scaled(equity, by), trades: larger, calendar, benchmark: equity, ...quick })
        const inOtherMoney = own.map(figure =>
          figure.unit === 'money' && figure.value !== undefined ? { ...figure, value: figure.value * by } : figure,
        )
        expect(other).toEqual(inOtherMoney)
      }),
      runs,
    )
  })

  it('are finite or undefined, and say how they are made', () => {
    fc.assert(
      fc.property(equities, trades, (equity, closed) => {
        for (const { name, value, formula, n } of figuresIn({ equity, trades: closed, calendar, ...quick })) {
          expect(value === undefined || Number.isFinite(value), name).toBe(true)
          expect(formula.length > 0 && Number.isInteger(n), name).toBe(true)
        }
      }),
      runs,
    )
  })

  it('of days do not change with rows inside a day', () => {
    fc.assert(
      fc.property(equities, fc.integer({ min: -5000, max: 5000 }), (equity, change) => {
        const rows = Array.from(equity.at, (at, i) => {
          const worth = equity.balance[i]!
          return [[at, worth + change] as const, [at, worth] as const]
        }).flat()
        const busier = { start: equity.start, at: rows.map(([at]) => at), balance: rows.map(([, worth]) => worth) }
        expect(dailyOf(busier, calendar)).toEqual(dailyOf(equity, calendar))
      }),
      runs,
    )
  })

  it('of an account cut between two days come together again', () => {
    fc.assert(
      fc.property(equities, fc.nat(), (equity, place) => {
        const whole = dailyOf(equity, calendar)
        const cut = whole.days[place % whole.days.length]!
        const rows = Array.from(equity.at, (at, i) => ({ at, worth: equity.balance[i]! }))
        const part = (start: number, isPart: (day: number) => boolean) => {
          const of = rows.filter(({ at }) => isPart(dailyOf({ start, at: [at], balance: [1] }, calendar).days[0]!))
          return dailyOf({ start, at: of.map(({ at }) => at), balance: of.map(({ worth }) => worth) }, calendar)
        }
        const before = part(equity.start, day => day <= cut)
        const after = part(before.closes.at(-1) ?? equity.start, day => day > cut)
        const known = new Map(whole.days.map((day, i) => [day, whole.returns[i]]))
        for (const { days, returns } of [before, after]) expect([...returns]).toEqual(days.map(day => known.get(day)))
        expect(before.closes.at(-1)! - before.start + ((after.closes.at(-1) ?? after.start) - after.start)).toBe(
          whole.closes.at(-1)! - whole.start,
        )
      }),
      runs,
    )
  })

  it('of the past stay as they are when days are added', () => {
    fc.assert(
      fc.property(equities, equity => {
        const run = { trades: [], calendar, ...quick }
        const { series } = figuresOf({ equity, ...run })
        const half = Math.ceil(series.daily.days.length / 2)
        const end = series.daily.days[half - 1]!
        const count = Array.from(equity.at).filter(
          at => dailyOf({ start: 1, at: [at], balance: [1] }, calendar).days[0]! <= end,
        ).length
        const first = {
          start: equity.start,
          at: Array.from(equity.at).slice(0, count),
          balance: Array.from(equity.balance).slice(0, count),
        }
        const prefix = figuresOf({ equity: first, ...run }).series
        const { length } = prefix.daily.days
        expect([...prefix.daily.returns]).toEqual([...series.daily.returns.subarray(0, length)])
        expect([...prefix.underWater]).toEqual([...series.underWater.subarray(0, length)])
        expect(prefix.rolling.sharpe).toEqual(series.rolling.sharpe.slice(0, length))
        expect(prefix.rolling.maxDrawdown).toEqual(series.rolling.maxDrawdown.slice(0, length))
        expect(prefix.months.slice(0, -1)).toEqual(series.months.slice(0, Math.max(0, prefix.months.length - 1)))
      }),
      runs,
    )
  })
})
