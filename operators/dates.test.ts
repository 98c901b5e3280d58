import { expect, it } from 'vitest'
import { DAY, dayNumber, dayOf, monthOf, timeOfClock, weekdayOf } from './dates.ts'

it('knows the months and weekdays of four centuries', () => {
  for (let day = -80_000; day < 80_000; day += 7.3) {
    const date = new Date(Math.floor(day) * 86_400_000)
    expect(monthOf(Math.floor(day))).toBe(date.getUTCMonth() + 1)
    expect(weekdayOf(Math.floor(day)) % 7).toBe(date.getUTCDay())
  }
})

it('counts days from 1970, before it too', () => {
  expect([dayOf(-1), dayOf(0), dayOf(DAY - 1), dayOf(DAY)]).toEqual([-1, 0, 0, 1])
  expect([dayNumber('1970-01-01'), dayNumber('2024-02-29')]).toEqual([0, 19_782])
})

it('refuses what is no date and no time', () => {
  for (const date of ['2023-02-29', '2023-13-01', '2023-1-1', '', 'today'])
    expect(() => dayNumber(date)).toThrow(`a date is 'YYYY-MM-DD', found '${date}'`)
  for (const time of ['24:00', '9:30', '09:60', ''])
    expect(() => timeOfClock(time)).toThrow(`a time of the day is 'HH:MM', found '${time}'`)
})
