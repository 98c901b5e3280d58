import { describe, expect, it } from 'vitest'
import type { Micros } from '../../engine/market/units.ts'
import { fixedHorizonStep } from '../../operators/labels/fixed-horizon.ts'
import { trendScanStep } from '../../operators/labels/trend-scan.ts'
import { tripleBarrierStep } from '../../operators/labels/triple-barrier.ts'
import { closeCloseStep } from '../../operators/volatility/close-close.ts'
import { chanceOf } from '../chance.ts'
import { columnsOf, type Event, eventOf, type Label } from './label.ts'
import { type LabelledRow, labeller } from './labelled.ts'
import { fixedHorizonLabel, metaLabelLabel, type TradeOptions, trendScanLabel, tripleBarrierLabel } from './labels.ts'

interface Market {
  readonly key: string
  readonly event: Event
  /** Null: the event has no vector. */
  readonly vector: Float32Array | null
  readonly now: number
}

/** A walk of two instruments; some events have no vector, and some share their time. */
const market = (events: number): readonly Market[] => {
  const chance = chanceOf(7)
  const prices = { EURUSD: 1, XAUUSD: 1000 }
  let at = 0
  return Array.from({ length: events }, () => {
    const key = chance() < 0.6 ? 'EURUSD' : 'XAUUSD'
    if (chance() < 0.8) at += Math.ceil(chance() * 2000)
    prices[key] *= 1 + (chance() - 0.5) / 100
    const event = eventOf({ at: at as Micros, price: prices[key], size: 1, side: 'buy' })
    const vector = chance() < 0.1 ? null : Float32Array.of(chance() - 0.5, prices[key])
    return { key, event, vector, now: at + 10 }
  })
}

const rowsOf = (labels: readonly Label[], events: readonly Market[]): readonly LabelledRow[] => {
  const rows: LabelledRow[] = []
  const made = labeller(labels, row => rows.push(row))
  const values = new Float32Array(2)
  for (const { key, event, vector, now } of events) {
    made.event(key, event, now)
    if (vector === null) continue
    values.set(vector)
    made.vector(key, values)
  }
  return rows
}

const trade: TradeOptions = {
  ...{ profit: 2, stop: 1, horizonMs: 20, volatility: 5, costBps: 1, deadBps: 2 },
  signal: { feature: 0, name: 'signal', sign: -1, enter: 0.2 },
}
const all = [
  fixedHorizonLabel({ horizonMs: 10, deadBps: 5 }),
  trendScanLabel({ least: 3, most: 8 }),
  tripleBarrierLabel(trade),
  metaLabelLabel(trade),
]

const events = market(3000)

describe('rows with labels', () => {
  it('without labels are the vectors, as they come', () => {
    const expected = events.filter(({ vector }) => vector !== null)
    expect(rowsOf([], events)).toMatchObject(
      expected.map(({ key, event, vector, now }) => ({
        key,
        at: event.at,
        knownAt: now,
        vector,
        labels: { length: 0 },
      })),
    )
  })

  it('have the labels that the operators give for their events, and are known when these are', () => {
    const rows = rowsOf(
      [fixedHorizonLabel({ horizonMs: 10, deadBps: 5 }), trendScanLabel({ least: 3, most: 8 })],
      events,
    )
    const expected = ['EURUSD', 'XAUUSD'].flatMap(key => {
      const own = events.filter(event => event.key === key)
      const [horizon, scan] = [fixedHorizonStep({ horizonMs: 10, deadBps: 5 }), trendScanStep({ least: 3, most: 8 })]
      const [state, scanned] = [horizon.init(), scan.init()]
      const horizons: (readonly number[])[] = []
      const trends: (readonly number[])[] = []
      for (const { event, now } of own) {
        horizon.step(state, event, ({ direction, change }) => horizons.push([now, direction, change]))
        const label = scan.step(scanned, event)
        if (label) trends.push([now, label.direction, label.t])
      }
      return own.flatMap(({ event, vector }, i) => {
        const [first, second] = [horizons[i], trends[i]]
        if (vector === null || first === undefined || second === undefined) return []
        const knownAt = Math.max(first[0]!, second[0]!)
        return [{ key, at: event.at, knownAt, vector, labels: Float64Array.of(...first.slice(1), ...second.slice(1)) }]
      })
    })
    expect(rows.length).toBeGreaterThan(2500)
    const sorted = (list: readonly Pick<LabelledRow, 'key' | 'at' | 'vector'>[]) =>
      [...list].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.at - b.at || a.vector[1]! - b.vector[1]!))
    expect(sorted(rows)).toMatchObject(sorted(expected))
  })

  it('of trades are those of events with a vector, a signal and a volatility, each with the end of its trade', () => {
    const own = events.filter(({ key }, i) => key === 'EURUSD' && events[i - 1]?.event.at !== events[i]!.event.at)
    const rows = rowsOf([tripleBarrierLabel(trade), metaLabelLabel(trade)], own)
    const kernel = tripleBarrierStep(trade)
    const volatility = closeCloseStep({ length: 5 })
    const [state, closes] = [kernel.init(), volatility.init()]
    const expected: unknown[] = []
    for (const { event, vector, now } of own) {
      const value = vector?.[0] ?? 0
      const direction = Math.abs(value) >= 0.2 ? -Math.sign(value) : 0
      const sigma = volatility.step(closes, event.close)!
      kernel.step(state, { ...event, direction, sigma }, ({ from, direction, barrier, profit, outcome, ambiguous }) =>
        expected.push([from, now, [direction, barrier, profit, outcome, ambiguous, direction, profit > 0 ? 1 : 0]]),
      )
    }
    expect(rows.length).toBeGreaterThan(500)
    expect(rows.map(({ at, knownAt, labels }) => [at, knownAt, [...labels]])).toEqual(expected)
  })

  it('of a shorter tape are the beginning of those of a longer one, whatever they learn', () => {
    const whole = rowsOf(all, events)
    for (const end of [0, 1, 500, 1234, 2999]) {
      const part = rowsOf(all, events.slice(0, end))
      expect(part).toEqual(whole.slice(0, part.length))
      expect(part.length).toBeLessThan(Math.max(1, end))
    }
    expect(whole.length).toBeGreaterThan(500)
  })

  it('are never known before their events, and none is given out whose label is not known', () => {
    const last = events.at(-1)!.now
    for (const { at, knownAt } of rowsOf(all, events)) {
      expect(knownAt).toBeGreaterThan(at)
      expect(knownAt).toBeLessThanOrEqual(last)
    }
    expect(rowsOf([fixedHorizonLabel({ horizonMs: 1e9, deadBps: 0 })], events)).toEqual([])
  })

  it('pass over late events where a label does', () => {
    const [first, second, third] = [2000, 1000, 4000].map(at => ({
      ...{ key: 'EURUSD', vector: Float32Array.of(1, 1), now: at },
      event: eventOf({ at: at as Micros, price: 1, size: 1, side: 'buy' }),
    })) as [Market, Market, Market]
    const rows = rowsOf([fixedHorizonLabel({ horizonMs: 2, deadBps: 0 })], [first, second, third])
    expect(rows).toMatchObject([{ at: 2000, knownAt: 4000 }])
  })
})

it('the columns of a label are called by its name', () => {
  expect(columnsOf(fixedHorizonLabel({ horizonMs: 1, deadBps: 0 }))).toEqual([
    ...['fixedHorizonDirection', 'fixedHorizonChange'],
  ])
  expect(columnsOf(metaLabelLabel(trade, 'right'))).toEqual(['rightDirection', 'rightRight'])
})
