import * as library from 'technicalindicators'
import { describe, expect, it } from 'vitest'
import { decodeState, encodeState, fill } from '../../engine/flow/state.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, closes } from '../golden.ts'
import { technicalIndicatorStep } from './technical-indicator.ts'

const series = (length: number): readonly number[] => Array.from({ length }, (_, i) => 100 + Math.sin(i) * 5 + (i % 7))

type Batch = (input: object) => readonly unknown[]
const batchOf = (name: string): Batch =>
  (library as unknown as Readonly<Record<string, { calculate: Batch }>>)[name]!.calculate

const columns = {
  values: [...closes],
  ...Object.fromEntries(
    (['open', 'high', 'low', 'close', 'volume'] as const).map(field => [field, bars.map(bar => bar[field])]),
  ),
}

describe('an indicator of technicalindicators', () => {
  it.each([
    ['SMA', { period: 5 }],
    ['RSI', { period: 14 }],
    ['BollingerBands', { period: 20, stdDev: 2 }],
    ['TRIX', { period: 4 }],
  ] as const)('%s on numbers gives what the library gives for all of them', (indicator, parameters) => {
    const step = technicalIndicatorStep({ indicator, parameters, history: 200 })
    const whole = (value: unknown) => typeof value === 'number' || Object.values(value as object).every(Number.isFinite)
    expect(run(step, closes)).toEqual(batchOf(indicator)({ ...columns, ...parameters }).filter(whole))
  })

  it.each([
    ['ADX', { period: 14 }],
    ['CCI', { period: 20 }],
    ['IchimokuCloud', { conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 }],
    ['MFI', { period: 14 }],
    ['PSAR', { step: 0.02, max: 0.2 }],
    ['WilliamsR', { period: 14 }],
  ] as const)('%s on bars gives what the library gives for all of them', (indicator, parameters) => {
    const step = technicalIndicatorStep({ indicator, parameters, history: 200 })
    expect(run(step, bars)).toEqual(batchOf(indicator)({ ...columns, ...parameters }))
  })

  it('finds a pattern of candles', () => {
    const step = technicalIndicatorStep({ indicator: 'doji', parameters: {}, history: 5 })
    const candle = { open: 10, high: 12, low: 8, close: 11, volume: 1 }
    expect(run(step, [...Array(5).fill(candle), { ...candle, close: 10 }])).toEqual([0, 1])
  })

  it('begins anew from its history, to the last digit as one that was saved then', () => {
    const step = technicalIndicatorStep({ indicator: 'EMA', parameters: { period: 5 }, history: 60 })
    let state = step.init()
    const moved = series(400).map(value => {
      state = fill(step.init(), decodeState(encodeState(state))) as typeof state
      return step.step(state, value)
    })
    expect(moved.filter(value => value !== undefined)).toEqual(run(step, series(400)))
    const [whole] = batchOf('EMA')({ period: 5, values: series(400) }).slice(-1) as number[]
    expect(Math.abs((moved.at(-1) as number) - whole!)).toBeLessThan(1e-9)
  })

  it('has the errors that are known of it', () => {
    const rsi = run(technicalIndicatorStep({ indicator: 'RSI', parameters: { period: 3 }, history: 20 }), closes)
    expect(rsi.every(value => Math.round(100 * (value as number)) / 100 === value)).toBe(true)
    const halted = [1, -1, 2, -2, 0, 0, 0, 0, 0, 0]
    const sd = run(technicalIndicatorStep({ indicator: 'SD', parameters: { period: 4 }, history: 20 }), halted)
    expect(sd.at(-1)).toBeGreaterThan(0)
    const flat = Array(40).fill({ open: 5, high: 5, low: 5, close: 5, volume: 1 })
    expect(run(technicalIndicatorStep({ indicator: 'ADX', parameters: { period: 3 }, history: 60 }), flat)).toEqual([])
  })

  it('refuses what sums from its first input, and a history without a value', () => {
    const made = (indicator: string, history: number) => () =>
      technicalIndicatorStep({ indicator: indicator as 'SMA', parameters: { period: 5 }, history })
    expect(made('OBV', 100)).toThrow('OBV sums from its first input')
    expect(made('SMA', 4)).toThrow('a history of 4 is too short')
    expect(made('SMA', 0)).toThrow('history is an integer of at least 1')
  })
})
