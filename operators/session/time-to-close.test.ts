import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../engine/market/topic.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { timeToCloseStep } from './time-to-close.ts'

const hours = {
  zone: 'America/New_York',
  open: '09:30',
  close: '16:00',
  holidays: ['2023-09-04', '2023-12-25', '2024-01-15', '2024-05-27', '2024-12-25'],
  halfDays: { '2023-11-24': '13:00', '2024-07-03': '13:00', '2024-11-29': '13:00' },
}
const at = (text: string): Stamped => ({ at: Date.parse(text) * 1000 }) as Stamped

describe('timeToClose', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('timeToClose', run(timeToCloseStep({ hours }), inputsOf<Stamped>('instants')))).toBeLessThan(1e-14)
  })

  it('is shorter on a half day, and has nothing to say from the close on', () => {
    const times = ['2024-07-02T16:00Z', '2024-07-03T16:00Z', '2024-07-03T17:00Z']
    expect(run(timeToCloseStep({ hours }), times.map(at))).toEqual([240, 60])
  })
})
