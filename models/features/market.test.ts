import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/flow/graph.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { bars } from '../../engine/market/topics.ts'
import type { Micros } from '../../engine/market/units.ts'
import { chanceOf } from '../chance.ts'
import { market, marketPrices } from './market.ts'
import { marketOriginal } from './market-original.ts'

const MINUTE = 60_000_000
const COUNT = 700
/** 2024-01-03, a Wednesday: the last bar ends at 11:40. */
const START = 1_704_240_000_000_000

const tape: readonly Bar[] = (() => {
  const chance = chanceOf(5)
  let price = 50
  return Array.from({ length: COUNT }, (_, i): Bar => {
    const open = price
    price *= 1 + (chance() - 0.5) / 50
    const high = Math.max(open, price) * (1 + chance() / 200)
    const low = Math.min(open, price) * (1 - chance() / 200)
    const [start, at] = [START + i * MINUTE, START + (i + 1) * MINUTE] as [Micros, Micros]
    return { start, at, open, high, low, close: price, volume: Math.floor(chance() * 9), count: 1 }
  })
})()

/** The last vector of a set, by name. */
const lastOf = (set: typeof market, list: readonly Bar[] = tape): Readonly<Record<string, number>> => {
  let last: Readonly<Record<string, number>> = {}
  const graph = compile(set.over('bars').build(), {
    output({ values }) {
      last = Object.fromEntries(set.features.map(({ name }, i) => [name, values[i]!]))
    },
  })
  for (const bar of list) graph.push(bars.name, 'A', bar)
  return last
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length
const squares = (values: readonly number[]): number => sum(values.map(value => (value - mean(values)) ** 2))
const deviation = (values: readonly number[]): number => Math.sqrt(squares(values) / (values.length - 1))
/** By how much the pairs move together. */
const products = (xs: readonly number[], ys: readonly number[]): number =>
  sum(xs.map((x, i) => (x - mean(xs)) * (ys[i]! - mean(ys))))

const bar = tape.at(-1)!
const c = tape.map(({ close }) => close)
const [close, closeBefore] = [c.at(-1)!, c.at(-2)!]
const ago = (lag: number): number => c.at(-1 - lag)!
const lastBars = (length: number): readonly Bar[] => tape.slice(-length)
const highest = (length: number, among = tape): number => Math.max(...among.slice(-length).map(({ high }) => high))
const lowest = (length: number, among = tape): number => Math.min(...among.slice(-length).map(({ low }) => low))
const middle = (length: number): number => (highest(length) + lowest(length)) / 2
const returns = c.map((price, i) => Math.log(price / c[i - 1]!))
const trueRanges = tape.slice(1).map(({ high, low }, i) => Math.max(high, c[i]!) - Math.min(low, c[i]!))
const atr = trueRanges.slice(14).reduce((average, range) => (13 * average + range) / 14, mean(trueRanges.slice(0, 14)))
const ema = (length: number): number =>
  c.slice(length).reduce((average, price) => average + (2 / (length + 1)) * (price - average), mean(c.slice(0, length)))
const volumes = tape.map(({ volume }) => volume)
const typical = ({ high, low, close }: Bar): number => (high + low + close) / 3
const paid = (list: readonly Bar[]): number =>
  sum(list.map(one => typical(one) * one.volume)) / sum(list.map(({ volume }) => volume))
const before = tape.slice(0, -1)
const numbers = Array.from({ length: 20 }, (_, i) => i)
const run = (sign: number): number => c.length - 1 - c.findLastIndex((price, i) => sign * (price - c[i - 1]!) <= 0)
const flow = ({ high, low, close, volume }: Bar): number => ((2 * close - high - low) / (high - low)) * volume

/** By their definitions, over the whole window each time. */
const expected: Readonly<Record<string, number>> = {
  return1: close / closeBefore - 1,
  return5: close / ago(5) - 1,
  return15: close / ago(15) - 1,
  return60: close / ago(60) - 1,
  logReturn: Math.log(close / closeBefore),
  highLowSpread: (bar.high - bar.low) / close,
  closeOpenSpread: (close - bar.open) / bar.open,
  closeLocation: (2 * close - bar.high - bar.low) / (bar.high - bar.low),
  body: (close - bar.open) / (bar.high - bar.low),
  upperWick: (bar.high - Math.max(close, bar.open)) / (bar.high - bar.low),
  lowerWick: (Math.min(close, bar.open) - bar.low) / (bar.high - bar.low),
  momentum5: (close - ago(5)) / atr,
  momentum15: (close - ago(15)) / atr,
  sma20Distance: 1 - mean(c.slice(-20)) / close,
  ema12Distance: 1 - ema(12) / close,
  ema26Distance: 1 - ema(26) / close,
  ema200Distance: 1 - ema(200) / close,
  williamsR: (-100 * (highest(14) - close)) / (highest(14) - lowest(14)),
  rateOfChange: 100 * (close / ago(12) - 1),
  awesomeOscillator:
    (mean(lastBars(5).map(({ high, low }) => (high + low) / 2)) -
      mean(lastBars(34).map(({ high, low }) => (high + low) / 2))) /
    close,
  conversionDistance: 1 - middle(9) / close,
  baseDistance: 1 - middle(26) / close,
  choppiness:
    (100 * Math.log(sum(trueRanges.slice(-14)) / (Math.max(highest(14), ago(14)) - Math.min(lowest(14), ago(14))))) /
    Math.log(14),
  volumeRatio: bar.volume / mean(volumes.slice(-20)),
  volumeSurge: bar.volume > 1.5 * mean(volumes.slice(-20)) ? 1 : 0,
  volumeZScore: (bar.volume - mean(volumes.slice(-50))) / deviation(volumes.slice(-50)),
  onBalanceVolumeChange:
    sum(volumes.map((volume, i) => volume * Math.sign(c[i]! - c[i - 1]!)).slice(-20)) / sum(volumes.slice(-20)),
  chaikinMoneyFlow: sum(lastBars(20).map(flow)) / sum(volumes.slice(-20)),
  rollingVwapDistance: 1 - paid(lastBars(20)) / close,
  // The day began at 22:00 UTC, before the tape.
  vwapDistance: close / paid(tape) - 1,
  timeSin: Math.sin((2 * Math.PI * 700) / 1440),
  timeCos: Math.cos((2 * Math.PI * 700) / 1440),
  weekdaySin: Math.sin((2 * Math.PI * 3) / 7),
  weekdayCos: Math.cos((2 * Math.PI * 3) / 7),
  asia: 0,
  london: 1,
  newYork: 0,
  premarket: 1,
  regular: 0,
  afterHours: 0,
  toClose: (22 * 60 - 700) / 1440,
  atr: atr / close,
  rangeExpansion: trueRanges.at(-1)! / atr,
  volatility10: deviation(returns.slice(-10)),
  volatility20: deviation(returns.slice(-20)),
  volatility30: deviation(returns.slice(-30)),
  parkinson: Math.sqrt(sum(lastBars(20).map(({ high, low }) => Math.log(high / low) ** 2)) / (80 * Math.LN2)),
  percentB:
    (close - mean(c.slice(-20)) + 2 * Math.sqrt(squares(c.slice(-20)) / 20)) /
    (4 * Math.sqrt(squares(c.slice(-20)) / 20)),
  bollingerWidth: (4 * Math.sqrt(squares(c.slice(-20)) / 20)) / mean(c.slice(-20)),
  donchianWidth: (2 * (highest(20, before) - lowest(20, before))) / (highest(20, before) + lowest(20, before)),
  zScore20: (close - mean(c.slice(-20))) / deviation(c.slice(-20)),
  zScore50: (close - mean(c.slice(-50))) / deviation(c.slice(-50)),
  priorZScore: (close - mean(c.slice(-21, -1))) / deviation(c.slice(-21, -1)),
  trendSlope: products(numbers, c.slice(-20)) / squares(numbers) / close,
  trendFit: products(numbers, c.slice(-20)) ** 2 / squares(numbers) / squares(c.slice(-20)),
  efficiencyRatio: Math.abs(close - ago(10)) / sum(numbers.slice(0, 10).map(i => Math.abs(ago(i) - ago(i + 1)))),
  maxDrawdown: Math.max(...c.slice(-60).map((price, i, all) => 1 - price / Math.max(...all.slice(0, i + 1)))),
  higherHighs: numbers.slice(0, 10).filter(i => tape.at(-1 - i)!.high > tape.at(-2 - i)!.high).length,
  lowerLows: numbers.slice(0, 10).filter(i => tape.at(-1 - i)!.low < tape.at(-2 - i)!.low).length,
  consecutiveUp: run(1),
  consecutiveDown: run(-1),
  resistance: highest(20) / close - 1,
  support: 1 - lowest(20) / close,
  fvgType: bar.low > tape.at(-3)!.high ? 1 : bar.high < tape.at(-3)!.low ? -1 : 0,
}

describe('the market set', () => {
  const found = lastOf(market)

  it.each(Object.entries(expected))('has %s as its definition says', (name, value) => {
    expect(Math.abs(found[name]! - value)).toBeLessThanOrEqual(3e-7 * Math.max(Math.abs(value), 1e-2))
  })

  it('has its seven categories and no number that a model should not read', () => {
    const counts = Object.groupBy(market.features, ({ category }) => category)
    expect(Object.entries(counts).map(([category, features]) => [category, features.length])).toEqual([
      ...[
        ['price', 17],
        ['technical', 40],
        ['volume', 15],
        ['time', 11],
      ],
      ...[
        ['volatility', 16],
        ['statistical', 18],
        ['pattern', 14],
      ],
    ])
    expect(market.features.filter(({ warning }) => warning !== null)).toEqual([])
    expect(market.warmup).toBe(272)
  })

  it('has no number that grows while nothing moves, however long', () => {
    const { at, close } = tape.at(-1)!
    const still = Array.from({ length: 3000 }, (_, i): Bar => {
      const [start, end] = [at + i * MINUTE, at + (i + 1) * MINUTE] as [Micros, Micros]
      return { start, at: end, open: close, high: close, low: close, close, volume: 0, count: 1 }
    })
    const last = Object.entries(lastOf(market, [...tape, ...still]))
    expect(last.filter(([, value]) => Math.abs(value) > 1000)).toEqual([])
  })

  it('has the same numbers without volumes, those of volumes left out', () => {
    const rest = market.features.filter(({ category }) => category !== 'volume').map(({ name }) => [name, found[name]])
    expect(Object.entries(lastOf(marketPrices))).toEqual(rest)
  })
})

describe('the original market set', () => {
  const found = lastOf(marketOriginal)
  const total = (sign: (i: number) => number): number =>
    sum(tape.map(({ volume }, i) => (i === 0 ? 0 : volume * sign(i))))

  it.each(
    Object.entries({
      trend_sma_fast: mean(c.slice(-12)),
      trend_ema_slow: ema(26),
      momentum_15: close - ago(15),
      others_cr: 100 * (close / c[0]! - 1),
      volatility_bbm: mean(c.slice(-20)),
      volatility_dcm: middle(20),
      volatility_atr: atr,
      trend_ichimoku_a: (middle(9) + middle(26)) / 2,
      trend_ichimoku_b: middle(52),
      volume_adi: sum(tape.map(flow)),
      volume_obv: total(i => Math.sign(c[i]! - c[i - 1]!)),
      volume_vpt: total(i => c[i]! / c[i - 1]! - 1),
      volume_vwap: paid(lastBars(14)),
      hour: 11,
      minute: 40,
      weekday: 3,
    }),
  )('has %s as its definition says', (name, value) => {
    expect(Math.abs(found[name]! - value)).toBeLessThanOrEqual(3e-7 * Math.abs(value))
  })

  it('warns of each number, and has none of the market set', () => {
    const names = new Set(market.features.map(({ name }) => name))
    for (const { name, warning } of marketOriginal.features) {
      expect(warning, name).toMatch(/: .*; take /)
      expect(names.has(name), name).toBe(false)
    }
  })
})
