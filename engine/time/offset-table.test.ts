import { describe, expect, it } from 'vitest'
import { instantOf, offsetAt, offsetTable } from './offset-table.ts'
import { offsets, zone } from './zone.ts'

const utc = (text: string): number => Date.parse(`${text}Z`) * 1000

describe('offsetTable', () => {
  it.each(['America/New_York', 'Europe/London', 'Asia/Tokyo', 'Africa/Casablanca', 'Australia/Lord_Howe', 'UTC-5'])(
    '%s: tells what the database tells',
    name => {
      const table = offsetTable(name)
      const offsetOf = offsets(name)
      const walls = zone(name)
      for (let at = utc('2019-01-01T00:00'); at < utc('2026-01-01T00:00'); at += 5.37 * 3_600_000_000) {
        expect(offsetAt(table, at)).toBe(offsetOf(at))
        expect(instantOf(table, at)).toBe(at - walls(at))
      }
    },
  )

  it('changes at the second at which clocks do', () => {
    const newYork = offsetTable('America/New_York')
    const change = utc('2024-03-10T07:00')
    expect(offsetAt(newYork, change - 1)).toBe(-5 * 3_600_000_000)
    expect(offsetAt(newYork, change)).toBe(-4 * 3_600_000_000)
  })

  it('keeps the first and the last offset outside of its years', () => {
    const london = offsetTable('Europe/London')
    expect(offsetAt(london, utc('1960-07-01T00:00'))).toBe(3_600_000_000)
    expect(offsetAt(london, utc('2150-07-01T00:00'))).toBe(0)
  })

  it('refuses a zone that nobody knows', () => {
    expect(() => offsetTable('Mars/Olympus')).toThrow("time zone is 'Mars/Olympus'")
  })
})
