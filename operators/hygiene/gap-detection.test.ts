import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../engine/market/topic.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { gapDetectionStep } from './gap-detection.ts'

const spans = (quietMs: number, ...times: number[]): number[] =>
  run(
    gapDetectionStep({ quietMs }),
    times.map(ms => ({ at: ms * 1000 }) as Stamped),
  ).map(({ spanMs }) => spanMs)

describe('gapDetection', () => {
  it('tells of a silence that is longer than allowed, when it is over', () => {
    expect(spans(100, 0, 100, 201, 250, 1000)).toEqual([101, 750])
  })

  it('is not misled by late events', () => {
    expect(spans(100, 0, 90, 10, 180, 0, 270)).toEqual([])
    expect(spans(100, 0, 500, 10, 550)).toEqual([500])
  })

  it('takes no close for a gap, but a silence within a session', () => {
    const hours = { zone: 'UTC', open: '09:00', close: '17:00' }
    const events = ['2024-07-01T16:59Z', '2024-07-01T17:30Z', '2024-07-02T09:00Z', '2024-07-02T11:00Z']
    const stamped = events.map(text => ({ at: Date.parse(text) * 1000 }) as Stamped)
    expect(run(gapDetectionStep({ quietMs: 60_000, hours }), stamped)).toEqual([
      { at: stamped[3]!.at, since: stamped[2]!.at, spanMs: 7_200_000 },
    ])
  })

  it('refuses a silence that is not positive', () => {
    for (const quietMs of [0, -1, Number.NaN]) expect(() => gapDetectionStep({ quietMs })).toThrow(`found ${quietMs}`)
  })
})
