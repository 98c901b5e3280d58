import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../engine/market/topic.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import { currencySessions, sessionOfStep } from './session-of.ts'

describe('sessionOf', () => {
  it('gives the values of an independent computation', () => {
    const sessions = run(sessionOfStep({ sessions: currencySessions }), inputsOf<Stamped>('instants'))
    expect(errorOf('sessionOf', sessions)).toBe(0)
  })

  it('tells the hours before, in and after a market, by its own names', () => {
    const zone = 'America/New_York'
    const sessions = {
      before: { zone, open: '04:00', close: '09:30' },
      regular: { zone, open: '09:30', close: '16:00' },
      after: { zone, open: '16:00', close: '20:00' },
    }
    const instants = ['2024-07-01T13:29:59Z', '2024-07-01T13:30:00Z', '2024-07-01T20:00:00Z']
    const stamped = instants.map(text => ({ at: Date.parse(text) * 1000 })) as Stamped[]
    expect(run(sessionOfStep({ sessions }), stamped)).toEqual([
      { before: 1, regular: 0, after: 0 },
      { before: 0, regular: 1, after: 0 },
      { before: 0, regular: 0, after: 1 },
    ])
  })
})
