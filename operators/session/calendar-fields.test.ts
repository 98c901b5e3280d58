import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../engine/market/topic.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { calendarFieldsStep } from './calendar-fields.ts'

describe('calendarFields', () => {
  it('gives the values of an independent computation', () => {
    const fields = run(calendarFieldsStep({ zone: 'America/New_York' }), inputsOf<Stamped>('instants'))
    expect(errorOf('calendarFields', fields)).toBe(0)
  })

  it('has a Sunday, a last minute, and days before 1970', () => {
    const instants = ['2024-12-31T23:59:59.999Z', '2025-01-05T00:00Z', '1969-12-31T12:30Z']
    const stamped = instants.map(text => ({ at: Date.parse(text) * 1000 })) as Stamped[]
    expect(run(calendarFieldsStep({ zone: 'UTC' }), stamped)).toEqual([
      { hour: 23, minute: 59, weekday: 2, month: 12 },
      { hour: 0, minute: 0, weekday: 7, month: 1 },
      { hour: 12, minute: 30, weekday: 3, month: 12 },
    ])
  })
})
