import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../engine/log/block.ts'
import { type Row, rowOf } from '../../engine/log/build.ts'
import { isOnTick, termsOf, toLots, toQuantity } from '../../engine/market/decimal.ts'
import { definitions } from '../../engine/market/definitions.ts'
import type { Micros } from '../../engine/market/units.ts'
import { bell, chance, even } from './chance.ts'
import { REGIMES, type Regime } from './regime.ts'
import { type SampleOptions, sampleMarket } from './sample.ts'

const rowsOf = (block: Block): Row[] => Array.from({ length: block.count }, (_, row) => rowOf(block, row))
const rows = (options: SampleOptions): Row[] => [...sampleMarket(options).blocks()].flatMap(rowsOf)
const digest = (options: SampleOptions): string =>
  createHash('sha256')
    .update(JSON.stringify(rows(options)))
    .digest('hex')
    .slice(0, 16)
const ids = definitions.map(({ id }) => id)

describe('sampleMarket', () => {
  it('is the same for the same seed, each time it is asked for, and here as on any machine', () => {
    const options = { rows: 10_000, instruments: ids, regime: 'jump' } as const
    const market = sampleMarket(options)
    expect([...market.blocks()]).toEqual([...market.blocks()])
    expect(digest(options)).toBe('9c1d6b41cc5da7f4')
    expect(digest({ ...options, topic: 'trades' })).toBe('1c7c018f4353b9fb')
    expect(digest({ ...options, seed: 2 })).not.toBe(digest(options))
  })

  it('gives the rows that were asked for, in order of time, from the start on', () => {
    const from = 1_700_000_000_000_000 as Micros
    for (const topic of ['quotes', 'trades'] as const) {
      const market = sampleMarket({ rows: 10_000, instruments: ids, from, topic })
      expect([...market.blocks()].map(({ count }) => count)).toEqual([4096, 4096, 1808])
      expect(market.instruments.map(({ id, at }) => [id, at])).toEqual(ids.map(id => [id, from]))
      const times = [...market.blocks()].flatMap(({ at, count }) => [...at.subarray(0, count)])
      expect(times[0]).toBeGreaterThan(from)
      expect(times.every((at, i) => Number.isInteger(at) && (i === 0 || at >= times[i - 1]!))).toBe(true)
    }
  })

  it('walks each instrument by itself: others change nothing, more rows only add', () => {
    const alone = rows({ rows: 3000, instruments: ['XAUUSD'] })
    const among = rows({ rows: 9000, instruments: ids }).filter(({ key }) => key === 'XAUUSD')
    expect(among.length).toBeGreaterThan(500)
    expect(alone.slice(0, among.length)).toEqual(among)
    expect(rows({ rows: 5000, instruments: ['XAUUSD'] }).slice(0, 3000)).toEqual(alone)
  })

  it('quotes on the grids of price and size, with bursts and a spread above zero', () => {
    for (const definition of definitions) {
      const terms = termsOf(definition)
      const found = rows({ rows: 20_000, instruments: [definition.id], regime: 'jump' }) as unknown as Quoted[]
      for (const { bid, ask, bidSize } of found) {
        expect(isOnTick(bid, terms) && isOnTick(ask, terms)).toBe(true)
        expect(bid > 0 && ask > bid).toBe(true)
        expect(bidSize).toBe(toQuantity(toLots(bidSize, terms), terms))
      }
      const gaps = found.slice(1).map(({ at }, i) => at - found[i]!.at)
      const bursts = gaps.filter(gap => gap < 10_000).length / gaps.length
      expect(bursts).toBeGreaterThan(0.28)
      expect(bursts).toBeLessThan(0.32)
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
    }
  })

  it('trades at the bid or ask of the moment, at most what is shown', () => {
    const quoted = new Map(rows({ rows: 20_000 }).map(row => [row.at, row as unknown as Quoted]))
    const trades = rows({ rows: 5000, topic: 'trades' })
    for (const { at, price, size, side } of trades) {
      const { bid, ask, bidSize, askSize } = quoted.get(at)!
      expect(price).toBe(side === 'buy' ? ask : bid)
      expect(size).toBeLessThanOrEqual(side === 'buy' ? askSize : bidSize)
    }
    expect(new Set(trades.map(({ side }) => side))).toEqual(new Set(['buy', 'sell']))
  })

  it('closes for the weekend when it is told to', () => {
    const from = (Date.parse('2024-01-05T20:59:00Z') * 1000) as Micros
    const times = rows({ rows: 2000, from, weekends: true }).map(({ at }) => at)
    const friday = Date.parse('2024-01-05T21:00:00Z') * 1000
    const sunday = Date.parse('2024-01-07T22:00:00Z') * 1000
    expect(times.filter(at => at < friday).length).toBeGreaterThan(50)
    expect(times.filter(at => at >= friday && at < sunday)).toEqual([])
    expect(times.find(at => at >= sunday)! - sunday).toBeLessThan(2_000_000)
    expect(rows({ rows: 2000, from }).some(({ at }) => at >= friday && at < sunday)).toBe(true)
  })

  it('refuses what it cannot make', () => {
    expect(() => sampleMarket({ instruments: ['GOOG'] })).toThrow(/'GOOG' has no definition/)
    expect(() => sampleMarket({ instruments: [] })).toThrow(/instruments are named once each/)
    expect(() => sampleMarket({ rows: 0.5 })).toThrow(/rows is an integer/)
    expect([...sampleMarket({ rows: 0 }).blocks()]).toEqual([])
  })
})

interface Quoted {
  readonly at: number
  readonly bid: number
  readonly ask: number
  readonly bidSize: number
  readonly askSize: number
}

describe('each regime is what its name says, for every instrument', () => {
  const figures = (regime: Regime, instrument: string): { readonly ratio: number; readonly tails: number } => {
    const middles = [...sampleMarket({ regime, rows: 200_000, instruments: [instrument] }).blocks()].flatMap(
      ({ count, columns: { bid, ask } }) =>
        Array.from({ length: count }, (_, row) => ((bid![row] as number) + (ask![row] as number)) / 2),
    )
    const short = changes(middles, 10)
    return { ratio: variance(changes(middles, 500)) / (50 * variance(short)), tails: kurtosis(short) }
  }
  const table = Object.fromEntries(
    REGIMES.map(regime => [regime, ['EURUSD', 'XAUUSD', 'BTCUSDT'].map(id => figures(regime, id))]),
  ) as Record<Regime, ReturnType<typeof figures>[]>

  it('calm: variance grows with time, and the tails are those of a bell', () => {
    for (const { ratio, tails } of table.calm) {
      expect(Math.abs(ratio - 1)).toBeLessThan(0.2)
      expect(Math.abs(tails - 3)).toBeLessThan(0.2)
    }
  })

  it('trending: variance grows much faster than time', () => {
    for (const { ratio } of table.trending) expect(ratio).toBeGreaterThan(3)
  })

  it('mean-reverting: variance hardly grows with time', () => {
    for (const { ratio } of table['mean-reverting']) expect(ratio).toBeLessThan(0.4)
  })

  it('jump: variance grows with time, and the tails are heavy', () => {
    for (const { ratio, tails } of table.jump) {
      expect(Math.abs(ratio - 1)).toBeLessThan(0.3)
      expect(tails).toBeGreaterThan(20)
    }
  })
})

const changes = (values: readonly number[], span: number): number[] =>
  values.slice(span).flatMap((value, i) => (i % 5 === 0 ? [value - values[i]!] : []))
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const moment = (values: readonly number[], power: number): number => {
  const middle = mean(values)
  return mean(values.map(value => (value - middle) ** power))
}
const variance = (values: readonly number[]): number => moment(values, 2)
const kurtosis = (values: readonly number[]): number => moment(values, 4) / moment(values, 2) ** 2

describe('chance', () => {
  const drawn = (draw: (state: Int32Array) => number, name = 'a'): number[] => {
    const state = chance(7, name)
    return Array.from({ length: 100_000 }, () => draw(state))
  }

  it('is even where it should be', () => {
    const draws = drawn(even)
    expect(Math.min(...draws.slice(0, 1000))).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws.slice(0, 1000))).toBeLessThan(1)
    const tenths = Array.from({ length: 10 }, (_, i) => draws.filter(draw => Math.floor(draw * 10) === i).length)
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  it('is a bell where it should be', () => {
    const draws = drawn(bell)
    expect(Math.abs(mean(draws))).toBeLessThan(0.01)
    expect(Math.abs(variance(draws) - 1)).toBeLessThan(0.02)
    expect(Math.abs(kurtosis(draws) - 2.7)).toBeLessThan(0.05)
  })

  it('of two names has nothing in common', () => {
    const one = drawn(bell)
    const other = drawn(bell, 'b')
    expect(Math.abs(mean(one.map((draw, i) => draw * other[i]!)))).toBeLessThan(0.02)
  })
})
