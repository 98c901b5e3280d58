import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../engine/market/topic.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { isOpenStep } from './is-open.ts'

const hours = {
  zone: 'America/New_York',
  open: '09:30',
  close: '16:00',
  holidays: ['2023-09-04', '2023-12-25', '2024-01-15', '2024-05-27', '2024-12-25'],
  halfDays: { '2023-11-24': '13:00', '2024-07-03': '13:00', '2024-11-29': '13:00' },
}
const at = (text: string): Stamped => ({ at: Date.parse(text) * 1000 }) as Stamped

describe('isOpen', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('isOpen', run(isOpenStep({ hours }), inputsOf<Stamped>('instants')))).toBeLessThan(1e-14)
  })

  it('is open over night where the hours say so', () => {
    const nights = { zone: 'America/New_York', open: '17:00', close: '17:00', days: [7, 1, 2, 3, 4] }
    const answers = run(isOpenStep({ hours: nights }), inputsOf<Stamped>('instants'))
    expect(errorOf('isOpen over night', answers)).toBe(0)
  })

  it('opens at the open and is closed at the close', () => {
    const times = ['2024-07-01T13:29:59Z', '2024-07-01T13:30Z', '2024-07-01T19:59:59Z', '2024-07-01T20:00Z']
    expect(run(isOpenStep({ hours }), times.map(at))).toEqual([0, 1, 1, 0])
  })
})
