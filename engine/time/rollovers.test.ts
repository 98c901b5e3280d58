import { describe, expect, it } from 'vitest'
import type { Micros } from '../market/units.ts'
import { fundingTimes, rollovers } from './rollovers.ts'
import { formatMicros } from './stamp.ts'

const micros = (text: string): Micros => (Date.parse(text) * 1000) as Micros
const between = (from: string, to: string, hours = {}) =>
  rollovers(hours, micros(from), micros(to)).map(({ at, nights }) => `${formatMicros(at).slice(0, 16)} ${nights}`)

describe('rollovers', () => {
  it('are seven nights a week, at five in New York, before and after its clocks change', () => {
    expect(between('2026-03-02T00:00Z', '2026-03-14T00:00Z')).toEqual([
      ...['2026-03-02T22:00 1', '2026-03-03T22:00 1', '2026-03-04T22:00 3', '2026-03-05T22:00 1', '2026-03-06T22:00 1'],
      ...['2026-03-09T21:00 1', '2026-03-10T21:00 1', '2026-03-11T21:00 3', '2026-03-12T21:00 1', '2026-03-13T21:00 1'],
    ])
  })

  it('begin with the first moment of the range and end before its last', () => {
    expect(between('2026-03-02T22:00Z', '2026-03-03T22:00Z')).toEqual(['2026-03-02T22:00 1'])
    expect(between('2026-03-07T00:00Z', '2026-03-09T00:00Z')).toEqual([])
  })

  it('are by other clocks where a venue has others', () => {
    const tokyo = { zone: 'Asia/Tokyo', at: '07:00', triple: 5 }
    expect(between('2026-03-05T00:00Z', '2026-03-06T12:00Z', tokyo)).toEqual(['2026-03-05T22:00 3'])
  })

  it.each([
    [{ at: '5pm' }, "time of the rollover is '5pm', expected 'HH:MM'"],
    [{ triple: 6 }, 'weekday of three nights is 6'],
    [{ zone: 'Mars' }, "time zone is 'Mars'"],
  ])('%j are refused', (hours, message) => {
    expect(() => between('2026-03-02T00:00Z', '2026-03-03T00:00Z', hours)).toThrow(message)
  })
})

it('fundings are counted from midnight', () => {
  const day = fundingTimes(4, micros('2026-03-02T03:00Z'), micros('2026-03-02T12:00Z'))
  expect(day.map(at => formatMicros(at).slice(11, 16))).toEqual(['04:00', '08:00'])
  expect(() => fundingTimes(7, 0 as Micros, 1 as Micros)).toThrow('hours between fundings is 7, expected a part of 24')
})
