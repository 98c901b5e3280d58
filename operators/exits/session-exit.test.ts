import { describe, expect, it } from 'vitest'
import type { Lots, Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { sessionExitStep } from './session-exit.ts'

const hours = { zone: 'America/New_York', open: '09:30', close: '16:00', halfDays: { '2024-07-03': '13:00' } }
const lotsAt = (...stamps: readonly string[]): readonly number[] =>
  run(
    sessionExitStep({ hours, beforeMs: 300_000 }),
    stamps.map(stamp => ({ at: (Date.parse(stamp) * 1000) as Micros, bid: 5, ask: 6, lots: 2 as Lots })),
  ).map(exit => exit.lots)

describe('sessionExit', () => {
  it('holds from the opening until so long before the close', () => {
    expect(
      lotsAt('2024-07-02T13:29:59Z', '2024-07-02T13:30:00Z', '2024-07-02T19:54:59Z', '2024-07-02T19:55:00Z'),
    ).toEqual([0, 2, 2, 0])
  })

  it('knows half days, and enters again what is still wished for', () => {
    expect(lotsAt('2024-07-03T16:54:00Z', '2024-07-03T16:55:00Z', '2024-07-04T14:00:00Z')).toEqual([2, 0, 2])
  })

  it('is flat over the weekend', () => {
    expect(lotsAt('2024-07-06T15:00:00Z')).toEqual([0])
  })

  it('refuses a time below 0', () => {
    expect(() => sessionExitStep({ hours, beforeMs: -1 })).toThrow('found -1')
  })
})
