import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../engine/flow/graph.ts'
import { blockBuilder } from '../../engine/log/build.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { trades as topic } from '../../engine/market/topics.ts'
import type { Trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { timeBarsStep } from '../../operators/bars/time-bars.ts'
import { fixedHorizonStep } from '../../operators/labels/fixed-horizon.ts'
import { type Chance, chanceOf } from '../chance.ts'
import type { Category } from '../features/feature-set.ts'
import { gaps } from '../features/gaps.ts'
import { scaledLogistic } from '../linear/scaled-logistic.ts'
import { type Rows, upOrDown } from '../rows.ts'
import { scalingsOf } from '../scaling/scalings-of.ts'
import { correlatedGroups } from '../selection/correlated-groups.ts'
import { purgedKFold } from '../validation/purged-k-fold.ts'
import type { Split } from '../validation/rows.ts'
import { walkForward } from '../validation/walk-forward.ts'
import { accuracyOf } from './accuracy.ts'
import { leakReport } from './leak-report.ts'
import { lookAhead } from './look-ahead.ts'

const MINUTE = 60_000_000
const BARS = 3000
const BLOCK = 4000

const names = gaps.features.map(({ name }) => name)
const scalings = scalingsOf(gaps.features, 'standard')

const normal = (chance: Chance): number => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())

/** Trades in each minute, whose moves keep a share of the last minute's: 0 is a random walk. */
const marketOf = (seed: number, share: number): readonly Trade[] => {
  const chance = chanceOf(seed)
  let [price, last] = [100, 0]
  return Array.from({ length: BARS }, (_, minute) => {
    const move = share * last + normal(chance)
    last = move
    // There and back, so that a bar has a range; the last trade of the minute is where it goes to.
    return [5e6, 20e6, 40e6, 59e6].map((later, i): Trade => {
      price *= i === 3 ? Math.exp(move / 1000) : 1
      const aside = i === 1 || i === 2 ? normal(chance) / 2000 : 0
      return { at: (minute * MINUTE + later) as Micros, price: price * (1 + aside), size: 1, side: 'unknown' }
    })
  }).flat()
}

const barsOf = (trades: readonly Trade[]): Bar[] => run(timeBarsStep({ spanMs: 60_000 }), trades)

/** The vectors of the feature set, from the first so many trades. */
const vectorsOf = (trades: readonly Trade[]) => {
  const at: number[] = []
  const vectors: Float32Array[] = []
  const graph = compile(gaps.over('trades').build(), {
    output(vector) {
      at.push(vector.at)
      vectors.push(vector.values.slice())
    },
  })
  const builder = blockBuilder(topic.schema, BLOCK)
  const drive = () => {
    const block = builder.take()
    graph.drive(block, 0, block.count)
  }
  for (const trade of trades) {
    builder.push('EURUSD', trade.at, trade)
    if (builder.isFull()) drive()
  }
  if (builder.block.count > 0) drive()
  return { now: trades.at(-1)!.at, at, features: names.map((_, i) => Float32Array.from(vectors, values => values[i]!)) }
}

/** Training rows of a market: what each bar has become so many minutes later. */
const rowsOf = (trades: readonly Trade[], minutes: number): Rows => {
  const { at, features } = vectorsOf(trades)
  const labels = new Map(
    run(fixedHorizonStep({ horizonMs: minutes * 60_000, deadBps: 0 }), barsOf(trades)).map(label => [
      label.from as number,
      label,
    ]),
  )
  const known = at.filter(from => labels.has(from))
  return upOrDown({
    names,
    features: features.map(values => values.subarray(0, known.length)),
    labels: Float64Array.from(known, from => labels.get(from)!.direction),
    weights: new Float64Array(known.length).fill(1),
    spans: { from: known, until: known.map(from => labels.get(from)!.at) },
  })
}

const baseline = (rows: Rows) => {
  const taken = Object.fromEntries(rows.names.map(name => [name, scalings[name] ?? 'standard']))
  return scaledLogistic(rows, { schema: gaps.hash, scalings: taken, l2: 1, most: 50 })
}

const folds = ({ spans }: Rows): readonly Split[] => purgedKFold(spans, { folds: 5, embargoUs: 5 * MINUTE })

const walk = ({ spans }: Rows): readonly Split[] =>
  walkForward(spans, { mode: 'rolling', trainUs: 1000 * MINUTE, testUs: 500 * MINUTE, gapUs: MINUTE })

const report = (rows: Rows, splits: readonly Split[]) => {
  const groups = correlatedGroups(rows.features, Uint32Array.from(rows.labels.keys()), 0.9)
  return leakReport(rows, splits, baseline(rows), {
    believable: 0.5,
    deviations: 3.3,
    groups,
    block: 60,
    seed: 1,
  })
}

const ofCategory = (rows: Rows, category: Category): Rows => {
  const kept = gaps.features.flatMap((feature, i) => (feature.category === category ? [i] : []))
  return { ...rows, names: kept.map(i => names[i]!), features: kept.map(i => rows.features[i]!) }
}

/** A further feature. */
const plant = (rows: Rows, planted: Float32Array): Rows => ({
  ...rows,
  names: [...rows.names, 'planted'],
  features: [...rows.features, planted],
})

describe('a random walk, from trades to a regression', () => {
  const walks: Rows[] = []
  beforeAll(() => {
    for (let seed = 1; seed <= 6; seed++) walks.push(rowsOf(marketOf(seed, 0), 5))
  })

  it.each([
    ['purged folds', folds, 0.1],
    ['walking forward', walk, 0.09],
  ] as const)('cannot be foretold: %s', (_name, splitsOf, widest) => {
    const z = walks.map(rows => {
      const { accuracy, suspects } = report(rows, splitsOf(rows))
      expect(suspects).toEqual([])
      expect(accuracy.accuracy).toBeGreaterThan(accuracy.low)
      expect(accuracy.accuracy).toBeLessThan(accuracy.high)
      // Labels of 5 minutes, one a minute: 3000 rows are worth 600, and 3.3 deviations are 6.7 of 100; 9.5 for folds.
      expect(accuracy.high - 0.5).toBeLessThan(widest)
      return (3.3 * (accuracy.accuracy - 0.5)) / (accuracy.high - 0.5)
    })
    // In the mean of all seeds it is nearer to one half by their root.
    expect(Math.abs(z.reduce((sum, x) => sum + x, 0)) / Math.sqrt(z.length)).toBeLessThan(2.6)
  })

  it('a step of the future among the features is found, and named', () => {
    const rows = walks[0]!
    const bars = barsOf(marketOf(1, 0))
    const place = new Map(bars.map((bar, i) => [bar.at as number, i]))
    const next = Float32Array.from(rows.spans.from, at => {
      const now = place.get(at)!
      return bars[now + 1]!.close / bars[now]!.close - 1
    })
    const { suspects } = report(plant(rows, next), folds(rows))
    expect(suspects.map(({ type, features }) => [type, ...features])).toEqual([
      ['accuracy'],
      ['concentrated', 'planted'],
      ['information', 'planted'],
    ])
    expect(suspects[0]!.by).toBeGreaterThan(0.03)
    expect(suspects[1]!.by).toBeGreaterThan(0.7)
  })

  it('labels that live into the test are found', () => {
    const rows = rowsOf(marketOf(2, 0), 30)
    const all = Uint32Array.from(rows.labels.keys())
    const splits = folds(rows).map(({ test }) => ({ test, train: all.filter(row => !test.includes(row)) }))
    const { suspects } = report(rows, splits)
    expect(suspects.map(({ type }) => type)).toEqual(splits.map(() => 'overlap'))
  })

  it('operators do not look ahead; a scaler of the whole tape in front of them does', () => {
    const trades = marketOf(3, 0).slice(0, 1600)
    const counts = [1200, 1202, 1401, 1600]
    const make = (count: number) => vectorsOf(trades.slice(0, count))
    expect(lookAhead(names, make, counts)).toEqual([])
    const centred = (count: number) => {
      const made = make(count)
      const features = made.features.map((values, i) => {
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length
        return names[i] === 'volatility' ? values.map(x => x - mean) : values
      })
      return { ...made, features }
    }
    const suspects = lookAhead(names, centred, counts)
    expect(suspects.map(({ type, features }) => [type, ...features])).toEqual([['look-ahead', 'volatility']])
  })
})

describe('a market that can be foretold', () => {
  it.each([0.3, -0.2])('is, as often as its moves keep a share of %f of the last one', share => {
    // Features of prices: of many that tell nothing, a regression on so few rows takes some for a signal.
    const rows = ofCategory(rowsOf(marketOf(11, share), 1), 'price')
    // The next move and the last are normal with this correlation; who follows the last one's sign is right so often.
    const expected = 0.5 + Math.asin(Math.abs(share)) / Math.PI
    for (const splits of [folds(rows), walk(rows)]) {
      const { accuracy, low, high } = accuracyOf(rows, splits, baseline(rows), { expected, deviations: 3 })
      expect(accuracy).toBeGreaterThan(low)
      expect(accuracy).toBeLessThan(high)
      expect(low).toBeGreaterThan(0.5)
    }
    expect(report(rows, folds(rows)).suspects[0]!.type).toBe('accuracy')
  })
})
