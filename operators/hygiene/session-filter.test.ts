import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../engine/market/topic.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { sessionFilterStep } from './session-filter.ts'

const hours = { zone: 'America/New_York', open: '09:30', close: '16:00', halfDays: { '2024-07-03': '13:00' } }
const at = (text: string): number => Date.parse(text) * 1000

describe('sessionFilter', () => {
  it('passes what happens from the open on and before the close', () => {
    const times = [
      '2024-07-02T13:29:59Z',
      '2024-07-02T13:30Z',
      '2024-07-02T20:00Z',
      '2024-07-03T16:59Z',
      '2024-07-03T17:00Z',
    ]
    const events = times.map(text => ({ at: at(text) }) as Stamped)
    expect(run(sessionFilterStep({ hours }), events)).toEqual([events[1], events[3]])
  })

  it('judges a bar by its start', () => {
    const times = ['2024-07-02T13:29Z', '2024-07-02T13:30Z', '2024-07-02T19:59Z', '2024-07-02T20:00Z']
    const bars = times.map(text => ({ start: at(text), at: at(text) + 60_000_000 }) as unknown as Stamped)
    expect(run(sessionFilterStep({ hours }), bars)).toEqual([bars[1], bars[2]])
  })
})
