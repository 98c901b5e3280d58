import { describe, expect, it } from 'vitest'
import { calendar, nameOfHours, noSession, type TradingHours } from './sessions.ts'

const newYork: TradingHours = {
  zone: 'America/New_York',
  open: '09:30',
  close: '16:00',
  holidays: ['2024-11-28'],
  halfDays: { '2024-11-29': '13:00' },
}
const utc = (text: string): number => Date.parse(`${text}Z`) * 1000
const text = (at: number): string => new Date(at / 1000).toISOString().slice(0, 16)

/** The session at a time, with a star when it is open. */
const at = (hours: TradingHours, time: string): string => {
  const session = noSession()
  const isOpen = calendar(hours)(session, utc(time))
  return `${text(session.open)} ${text(session.close)}${isOpen ? ' *' : ''}`
}

describe('calendar', () => {
  it('opens by the clocks of its zone, summer and winter', () => {
    expect(at(newYork, '2024-07-01T13:30')).toBe('2024-07-01T13:30 2024-07-01T20:00 *')
    expect(at(newYork, '2024-12-02T13:30')).toBe('2024-12-02T14:30 2024-12-02T21:00')
  })

  it('is closed from the close on, over the weekend, on holidays, and early on half days', () => {
    expect(at(newYork, '2024-11-27T21:00')).toBe('2024-11-29T14:30 2024-11-29T18:00')
    expect(at(newYork, '2024-11-29T17:59')).toMatch(/\*$/)
    expect(at(newYork, '2024-11-29T18:00')).toBe('2024-12-02T14:30 2024-12-02T21:00')
  })

  it('opens on the evening before, and at all hours', () => {
    const fx = { zone: 'America/New_York', open: '17:00', close: '17:00', days: [7, 1, 2, 3, 4] }
    expect(at(fx, '2024-03-08T21:59')).toBe('2024-03-07T22:00 2024-03-08T22:00 *')
    // Clocks have been set forward in between.
    expect(at(fx, '2024-03-08T22:00')).toBe('2024-03-10T21:00 2024-03-11T21:00')
    const always = { zone: 'UTC', open: '00:00', close: '00:00', days: [1, 2, 3, 4, 5, 6, 7] }
    expect(at(always, '2024-03-09T00:00')).toBe('2024-03-09T00:00 2024-03-10T00:00 *')
  })

  it('gives the same in any order of questions', () => {
    const ask = calendar(newYork)
    const session = noSession()
    const times = [...Array(400).keys()].map(i => utc('2024-11-20T00:00') + ((i * 7919) % 400) * 3_600_000_000)
    for (const time of times) {
      const fresh = noSession()
      expect(ask(session, time)).toBe(ask(fresh, time))
      expect([session.open, session.close]).toEqual([fresh.open, fresh.close])
    }
  })

  it('refuses hours that make no sense', () => {
    expect(() => calendar({ ...newYork, days: [] })).toThrow('days are some of 1 to 7, found []')
    expect(() => calendar({ ...newYork, days: [0] })).toThrow('found [0]')
    expect(() => calendar({ ...newYork, open: '9:30' })).toThrow("found '9:30'")
    expect(() => calendar({ ...newYork, holidays: ['tomorrow'] })).toThrow("found 'tomorrow'")
    expect(() => calendar({ ...newYork, zone: 'Wall Street' })).toThrow("time zone is 'Wall Street'")
    const early = { '2024-07-03': '09:00' }
    expect(() => calendar({ ...newYork, halfDays: early })).toThrow(
      'after the open at 09:30, found 09:00 on 2024-07-03',
    )
    expect(() => calendar(newYork)(noSession(), Number.NaN)).toThrow('an event has a time in microseconds, found NaN')
  })
})

describe('the name of hours', () => {
  const hours = { zone: 'UTC', open: '09:30', close: '16:00' }

  it('is the clock alone where all else is as usual', () => {
    expect(nameOfHours(hours)).toBe('UTC 09:30-16:00')
    expect(nameOfHours({ ...hours, days: [1, 2, 3, 4, 5], holidays: [] })).toBe('UTC 09:30-16:00')
  })

  it('is another with other days', () => {
    const others = [{ days: [1, 2] }, { holidays: ['2024-01-01'] }, { halfDays: { '2024-07-03': '13:00' } }]
    const names = [{}, ...others].map(other => nameOfHours({ ...hours, ...other }))
    expect(new Set(names).size).toBe(4)
  })
})
