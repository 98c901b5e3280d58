import { describe, expect, it } from 'vitest'
import { alongside, dailyOf, dateOf, type TradingDays } from './days.ts'

const at = (text: string): number => Date.parse(text) * 1000

const daysOf = (calendar: TradingDays, rows: readonly (readonly [string, number])[]) => {
  const equity = { start: 100, at: rows.map(([time]) => at(time)), balance: rows.map(([, worth]) => worth) }
  const { days, closes } = dailyOf(equity, calendar)
  return days.map((day, i) => [dateOf(day), closes[i]])
}

const weekdays = [1, 2, 3, 4, 5]

describe('the days of an account', () => {
  it('end at midnight UTC, have the last of their rows, and go on where there is none', () => {
    const rows = [
      ['2024-03-01T09:00Z', 101],
      ['2024-03-01T23:59:59Z', 102],
      ['2024-03-02T00:00Z', 103],
      ['2024-03-04T12:00Z', 104],
    ] as const
    const days = [
      ['2024-03-01', 102],
      ['2024-03-02', 103],
      ['2024-03-03', 103],
      ['2024-03-04', 104],
    ]
    expect(daysOf({ perYear: 365 }, rows)).toEqual(days)
  })

  it('are of Monday when they are of a weekend', () => {
    const rows = [
      ['2024-03-01T12:00Z', 101],
      ['2024-03-02T12:00Z', 102],
      ['2024-03-03T12:00Z', 103],
    ] as const
    expect(daysOf({ perYear: 252, weekdays }, rows)).toEqual([
      ['2024-03-01', 101],
      ['2024-03-04', 103],
    ])
  })

  it('leave out holidays', () => {
    const rows = [
      ['2024-12-24T12:00Z', 101],
      ['2024-12-26T12:00Z', 102],
    ] as const
    const days = [
      ['2024-12-24', 101],
      ['2024-12-26', 102],
    ]
    expect(daysOf({ perYear: 252, weekdays, holidays: ['2024-12-25'] }, rows)).toEqual(days)
  })

  it('end at five in New York, in winter and in summer', () => {
    const currencies = { perYear: 260, weekdays, zone: 'America/New_York', ends: '17:00' }
    // Clocks went forward on 2024-03-10: five is 22:00 UTC before and 21:00 UTC after.
    const winter = [
      ['2024-03-07T21:59Z', 101],
      ['2024-03-07T22:00Z', 102],
    ] as const
    expect(daysOf(currencies, winter)).toEqual([
      ['2024-03-07', 101],
      ['2024-03-08', 102],
    ])
    const summer = [
      ['2024-03-12T20:59Z', 101],
      ['2024-03-12T21:00Z', 102],
    ] as const
    expect(daysOf(currencies, summer)).toEqual([
      ['2024-03-12', 101],
      ['2024-03-13', 102],
    ])
    // The week opens on Sunday evening, and that is Monday.
    expect(daysOf(currencies, [['2024-03-10T22:00Z', 101]])).toEqual([['2024-03-11', 101]])
  })
})

it('a benchmark that is older than the account begins with its close of the day before', () => {
  const calendar = { perYear: 365 }
  const account = dailyOf({ start: 1, at: [at('2024-03-02T12:00Z')], balance: [1] }, calendar)
  const market = { start: 9, at: [at('2024-03-01T12:00Z'), at('2024-03-02T12:00Z')], balance: [10, 11] }
  expect(alongside(market, calendar, account)).toMatchObject({ start: 10, closes: Float64Array.of(11) })
})
