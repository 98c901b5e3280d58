import { describe, expect, it } from 'vitest'
import type { Flow } from '../../engine/flow/flow.ts'
import { compile } from '../../engine/flow/graph.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { bars } from '../../engine/market/topics.ts'
import { close } from '../../operators/bars/close.ts'
import { atr } from '../../operators/indicators/atr.ts'
import { rsi } from '../../operators/indicators/rsi.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import { type FeatureSet, type FeatureSetOptions, featureSet, type Part, part } from './feature-set.ts'

interface Changes {
  readonly length?: number
  readonly unit?: string
  readonly strength?: string
  readonly member?: string
}

const technical = ({ length = 3, unit = '0..100', strength = 'strength' }: Changes = {}): Part<Bar> =>
  part('technical', (bar: Flow<Bar>) => ({ rsi: bar.pipe(close(), rsi({ length })) }), {
    [strength]: { unit, take: ({ rsi }) => rsi },
  })

const volatility: Part<Bar> = part(
  'volatility',
  (bar: Flow<Bar>) => ({
    rsi: bar.pipe(close(), rsi({ length: 3 })),
    atr: bar.pipe(atr({ length: 4 })),
    close: bar.pipe(close()),
  }),
  {
    atr: { unit: 'quote currency', take: ({ atr }) => atr, warning: 'a level of prices' },
    atrShare: { unit: 'share of the close', take: ({ atr, close }) => atr / close },
  },
)

const setOf = (options: Partial<FeatureSetOptions<'bars'>> = {}): FeatureSet =>
  featureSet({ name: 'small', version: 1, needs: 'bars', spanMs: 60_000, parts: [technical(), volatility], ...options })

const bar = (minute: number, price: number): Bar =>
  ({
    ...{ start: (minute - 1) * 60_000_000, at: minute * 60_000_000, open: price, high: price + 1, low: price - 1 },
    ...{ close: price, volume: 1, count: 1 },
  }) as Bar

const vectorsOf = (set: FeatureSet, prices: readonly number[]): readonly (readonly number[])[] => {
  const found: number[][] = []
  const graph = compile(set.over('bars').build(), { output: ({ at, values }) => found.push([at / 60e6, ...values]) })
  for (const [minute, price] of prices.entries()) graph.push(bars.name, 'A', bar(minute, price))
  return found
}

describe('a feature set', () => {
  it('says what it has: names, categories, units, warnings, and what each number is made from', () => {
    const { features, members, sources, warmup } = setOf()
    expect(members).toEqual({ rsi: ['close', 'rsi(3)'], atr: ['atr(4)'], close: ['close'], at: ['at'] })
    expect(features).toEqual([
      {
        ...{ name: 'strength', category: 'technical', unit: '0..100', warning: null, from: ['rsi'] },
        ...{ warmup: 4, settle: rsi({ length: 3 }).kernel.settle },
      },
      {
        ...{ name: 'atr', category: 'volatility', unit: 'quote currency', warning: 'a level of prices' },
        ...{ from: ['atr'], warmup: 5, settle: atr({ length: 4 }).kernel.settle },
      },
      {
        ...{ name: 'atrShare', category: 'volatility', unit: 'share of the close', warning: null },
        ...{ from: ['atr', 'close'], warmup: 5, settle: atr({ length: 4 }).kernel.settle },
      },
    ])
    expect([sources, warmup]).toEqual([['trades', 'bars'], 5])
  })

  it('gives float32 from the event on at which each member has a value', () => {
    const vectors = vectorsOf(setOf(), [10, 11, 10, 12, 11])
    // Of the changes 1, -1, 2, -1: gains (1 + 0 + 2) / 3 = 1 and then 2 / 3, losses 1 / 3 and then (2 / 3 + 1) / 3.
    const strength = (100 * (2 / 3)) / (2 / 3 + 5 / 9)
    // True ranges 2, 2, 3, 2 are those of bars 2 to 5.
    expect(vectors).toEqual([[4, Math.fround(strength), 2.25, Math.fround(2.25 / 11)]])
  })

  it('holds the last value of a member that has none, and gives no vector for a number that is not finite', () => {
    const held = setOf({
      parts: [
        part('statistical', (bar: Flow<Bar>) => ({ z: bar.pipe(close(), zScore({ length: 3 })) }), {
          z: { unit: 'standard deviations', take: ({ z }) => z },
        }),
      ],
    })
    const z = Math.fround(1 / Math.sqrt(3) + 1 / Math.sqrt(3))
    expect(vectorsOf(held, [5, 5, 5, 8, 8, 8, 8]).map(([minute]) => minute)).toEqual([3, 4, 5, 6])
    expect(vectorsOf(held, [5, 5, 5, 8, 8, 8, 8]).slice(0, 1)).toEqual([[3, z]])
    const [, ...rest] = vectorsOf(held, [5, 5, 5, 8, 8, 8, 8]).map(([, value]) => value)
    expect(new Set(rest)).toEqual(new Set([Math.fround(1 / Math.sqrt(3))]))

    const ratio = (take: (price: number) => number): FeatureSet =>
      setOf({
        parts: [
          part('price', (bar: Flow<Bar>) => ({ price: bar.pipe(close()) }), {
            ratio: { unit: '', take: ({ price }) => take(price) },
          }),
        ],
      })
    expect(
      vectorsOf(
        ratio(price => 1 / (price - 6)),
        [5, 6, 7],
      ),
    ).toEqual([
      [0, -1],
      [2, 1],
    ])
    // A float64 that float32 cannot hold is not finite as float32.
    expect(
      vectorsOf(
        ratio(price => 10 ** (7 * price)),
        [5, 6],
      ),
    ).toEqual([[0, Math.fround(1e35)]])
  })

  it('has the same hash each time, and another one for each change', () => {
    const changed = [
      setOf({ name: 'other' }),
      setOf({ version: 2 }),
      setOf({ spanMs: 1000 }),
      setOf({ needs: 'prices' as 'bars' }),
      setOf({ parts: [volatility, technical()] }),
      setOf({ parts: [technical()] }),
      setOf({ parts: [technical({ unit: '0..1' }), volatility] }),
      setOf({ parts: [technical({ strength: 'rsi' }), volatility] }),
      setOf({ parts: [technical({ length: 4 })] }),
    ].map(({ hash }) => hash)
    expect(setOf().hash).toBe('8f0d54279f3bee081b79c78cbca42b21')
    expect(new Set([setOf().hash, ...changed]).size).toBe(1 + changed.length)
  })

  it('refuses what cannot be meant', () => {
    expect(() => setOf({ parts: [technical({ length: 4 }), volatility] })).toThrow(
      "two members are called 'rsi': close,rsi(4) and close,rsi(3)",
    )
    expect(() => setOf({ parts: [technical(), technical()] })).toThrow('small: a name is given twice')
    expect(() => setOf({ parts: [part('price', (bar: Flow<Bar>) => ({ at: bar }), {})] })).toThrow(
      "a member cannot be called 'at'",
    )
    expect(() => setOf().over('quotes')).toThrow('small is made from trades or bars, found quotes')
  })
})
