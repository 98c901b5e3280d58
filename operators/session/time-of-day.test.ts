import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../engine/market/topic.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { timeOfDayStep } from './time-of-day.ts'

describe('timeOfDay', () => {
  it('gives the values of an independent computation', () => {
    const circle = run(timeOfDayStep({ zone: 'America/New_York' }), inputsOf<Stamped>('instants'))
    expect(errorOf('timeOfDay', circle)).toBeLessThan(1e-14)
  })

  it('moves an hour on when clocks do', () => {
    const change = Date.parse('2024-03-10T07:00:00Z') * 1000
    const times = run(timeOfDayStep({ zone: 'America/New_York' }), [
      { at: change - 60_000_000 },
      { at: change },
    ] as Stamped[])
    expect(times.map(({ sin, cos }) => Math.round((Math.atan2(sin, cos) * 720) / Math.PI))).toEqual([119, 180])
  })

  it('refuses a zone that nobody knows', () => {
    expect(() => timeOfDayStep({ zone: 'Wall Street' })).toThrow("time zone is 'Wall Street'")
  })
})
