import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Chance, chanceOf, shuffledBlocks } from '../chance.ts'
import { scaledLogistic } from '../linear/scaled-logistic.ts'
import type { Rows } from '../rows.ts'
import { purgedKFold } from '../validation/purged-k-fold.ts'
import { correlatedGroups } from './correlated-groups.ts'
import { type MutualInformationOptions, mutualInformation } from './mutual-information.ts'
import { permutationImportance } from './permutation-importance.ts'
import { halves, stabilitySelection } from './stability-selection.ts'

const rowsOf = (features: Readonly<Record<string, ArrayLike<number>>>, labels: ArrayLike<number>, life = 0): Rows => {
  const from = Array.from(labels, (_, row) => row)
  return {
    names: Object.keys(features),
    features: Object.values(features).map(values => Float32Array.from(values)),
    labels: Float64Array.from(labels),
    weights: new Float64Array(labels.length).fill(1),
    spans: { from, until: from.map(row => row + life) },
  }
}

const allOf = ({ labels }: Pick<Rows, 'labels'>): Uint32Array => Uint32Array.from(labels.keys())

const normal = (chance: Chance): number => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())

const series = (count: number, next: (row: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => next(i))

/** Steps that keep `share` of the last one. */
const dependent = (count: number, share: number, chance: Chance): number[] => {
  let x = 0
  return series(count, () => {
    x = share * x + normal(chance)
    return x
  })
}

const options: MutualInformationOptions = { bins: 8, block: 10, shuffles: 99, seed: 1 }

const informationOf = (rows: Rows, changes: Partial<MutualInformationOptions> = {}) =>
  mutualInformation(rows, allOf(rows), { ...options, ...changes })

describe('mutualInformation', () => {
  it('is that of the counts: all, nothing, and what entropies say', () => {
    const labels = series(400, row => row % 2)
    const [all, none] = informationOf(
      rowsOf({ all: labels.map(x => 5 - x), none: series(400, row => (row >> 1) % 2) }, labels),
      { block: 1 },
    )
    expect(all!.information).toBeCloseTo(Math.log(2) - 1 / 800, 12)
    expect(none!.information).toBeCloseTo(-1 / 800, 12)
  })

  it('is the sum of the entropies of bin and label, less that of both', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })), {
          minLength: 20,
          maxLength: 80,
        }),
        pairs => {
          const entropy = (keys: readonly (string | number)[]): number =>
            [...Map.groupBy(keys, key => key).values()].reduce(
              (sum, { length }) => sum - (length / keys.length) * Math.log(length / keys.length),
              0,
            )
          const [x, y] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
          const spare = (new Set(x).size - 1) * (new Set(y).size - 1)
          const expected =
            entropy(x) + entropy(y) - entropy(pairs.map(pair => pair.join())) - spare / (2 * pairs.length)
          // So many bins that each value has its own.
          const [found] = informationOf(rowsOf({ x }, y), { bins: 1000, block: 1, shuffles: 1 })
          expect(found!.information).toBeCloseTo(expected, 12)
        },
      ),
      { seed: 8, numRuns: 100 },
    ))

  it('does not ask how a feature is scaled', () => {
    const chance = chanceOf(3)
    const x = series(300, () => normal(chance))
    const labels = x.map(value => (value + normal(chance) > 0 ? 1 : 0))
    const [plain, other] = informationOf(rowsOf({ x, other: x.map(value => Math.exp(value)) }, labels))
    expect({ ...plain, name: '' }).toEqual({ ...other, name: '' })
  })

  it('sees what no line shows, and counts 50 features without any', () => {
    const chance = chanceOf(4)
    const noise = Object.fromEntries(series(50, i => i).map(i => [`n${i}`, series(1000, () => normal(chance))]))
    const x = series(1000, () => normal(chance))
    const found = informationOf(
      rowsOf(
        { x, ...noise },
        x.map(value => (Math.abs(value) > 0.67 ? 1 : 0)),
      ),
    )
    expect(found[0]!.information).toBeGreaterThan(0.4)
    expect([found[0]!.p, found[0]!.pOfAny]).toEqual([0.01, 0.01])
    const others = found.slice(1)
    expect(others.filter(({ p }) => p <= 0.05).length).toBeGreaterThan(0)
    expect(others.filter(({ pOfAny }) => pOfAny <= 0.05)).toEqual([])
    const bias = others.reduce((sum, { information }) => sum + information, 0) / 50
    expect(Math.abs(bias)).toBeLessThan(0.001)
  })

  it('blocks keep slow features and long labels from looking like knowledge', () => {
    const alarms = (block: number): number =>
      series(60, seed => {
        const chance = chanceOf(seed)
        const labels = dependent(600, 0.9, chance).map(x => (x > 0 ? 1 : 0))
        const [found] = informationOf(rowsOf({ x: dependent(600, 0.9, chance) }, labels), { block, bins: 4 })
        return found!.p <= 0.05 ? 1 : 0
      }).reduce((sum, one) => sum + one, 0)
    expect(alarms(1)).toBeGreaterThan(15)
    expect(alarms(50)).toBeLessThan(9)
  })

  it('a feature that does not move tells nothing, and labels of one kind cannot be told', () => {
    const [flat] = informationOf(
      rowsOf(
        { flat: new Float32Array(60) },
        series(60, row => row % 2),
      ),
    )
    expect([flat!.information, flat!.p]).toEqual([0, 1])
    const [one] = informationOf(rowsOf({ x: series(60, row => row) }, new Float32Array(60)))
    expect([one!.information, one!.p]).toEqual([0, 1])
  })

  it('refuses what is no number, and rows of too few blocks', () => {
    const x = series(60, row => (row === 7 ? Number.NaN : row))
    expect(() => informationOf(rowsOf({ x }, new Float32Array(60)))).toThrow('found NaN for x in row 7')
    const values = series(200, row => row)
    expect(() => informationOf(rowsOf({ x: values }, values))).toThrow(
      'labels are classes, up to 100, found 200 values',
    )
    expect(() => informationOf(rowsOf({ x: [1, 2, 3] }, [0, 1, 0]))).toThrow(
      'expected at least 5 blocks of 10 rows to shuffle, found 3 rows',
    )
  })
})

/** A signal, a copy of it with hardly any noise, another signal, and noise. */
const planted = (seed: number, count = 1500): Rows => {
  const chance = chanceOf(seed)
  const a = series(count, () => normal(chance))
  const b = series(count, () => normal(chance))
  const labels = a.map((x, row) => (1.5 * x + 0.8 * b[row]! + normal(chance) > 0 ? 1 : 0))
  const copy = a.map(x => x + 0.01 * normal(chance))
  return rowsOf({ a, copy, b, noise: series(count, () => normal(chance)) }, labels, 3)
}

const scalings = { a: 'standard', copy: 'standard', b: 'standard', noise: 'standard' } as const

describe('permutationImportance', () => {
  const importance = (rows: Rows, groups: readonly (readonly number[])[]) =>
    permutationImportance(
      rows,
      purgedKFold(rows.spans, { folds: 4, embargoUs: 0 }),
      scaledLogistic(rows, { schema: 'a1', scalings, l2: 1, most: 50 }),
      { groups, block: 5, repeats: 5, seed: 9 },
    )

  it('ranks what tells more before what tells less; copies hide each other until they are a group', () => {
    const rows = planted(1)
    const groups = correlatedGroups(rows.features, allOf(rows), 0.8)
    expect(groups).toEqual([[0, 1], [2], [3]])
    const [both, b, noise] = importance(rows, groups)
    expect(both!.names).toEqual(['a', 'copy'])
    expect(both!.importance).toBeGreaterThan(2 * b!.importance)
    expect(b!.importance).toBeGreaterThan(5 * b!.error)
    expect(Math.abs(noise!.importance)).toBeLessThan(0.01)
    const [a, copy] = importance(rows, [[0], [1], [2], [3]])
    expect(a!.importance + copy!.importance).toBeLessThan(0.75 * both!.importance)
  })

  it('of a column that a model does not read it is 0; the same seed gives the same', () => {
    const rows = planted(2)
    const splits = purgedKFold(rows.spans, { folds: 3, embargoUs: 0 })
    const reads = () => ({
      scaler: null,
      predict: ([a]: readonly Float32Array[]) => Float64Array.from(a!, x => (x > 0 ? 0.8 : 0.2)),
    })
    const run = () => permutationImportance(rows, splits, reads, { groups: [[0], [3]], block: 5, repeats: 3, seed: 4 })
    const [a, noise] = run()
    expect(noise).toEqual({ names: ['noise'], importance: 0, error: 0, bySplit: [0, 0, 0] })
    expect(a!.importance).toBeGreaterThan(0)
    expect(run()).toEqual([a, noise])
  })

  it('never looks at training rows', () => {
    const rows = planted(3)
    const [split] = purgedKFold(rows.spans, { folds: 3, embargoUs: 0 })
    const seen: number[] = []
    const watched = () => ({
      scaler: null,
      predict: ([a]: readonly Float32Array[]) => {
        seen.push(...a!)
        return new Float64Array(a!.length).fill(0.5)
      },
    })
    permutationImportance(rows, [split!], watched, { groups: [[0]], block: 5, repeats: 2, seed: 4 })
    const tested = new Set(Array.from(split!.test, row => rows.features[0]![row]!))
    expect(seen).toHaveLength(3 * split!.test.length)
    expect(seen.every(x => tested.has(x))).toBe(true)
  })

  it('refuses a split that does not purge', () => {
    const rows = planted(3)
    const split = { train: allOf(rows).subarray(0, 1000), test: allOf(rows).subarray(1000) }
    const run = () =>
      permutationImportance(rows, [split], () => ({ scaler: null, predict: ([a]) => new Float64Array(a!.length) }), {
        ...{ groups: [[0]], block: 5, repeats: 1, seed: 4 },
      })
    expect(run).toThrow('permutationImportance: 3 of 1000 training labels meet the test, row 997 first')
    expect(run).toThrow(expect.objectContaining({ code: 'MODEL_LEAK' }))
  })
})

describe('correlatedGroups', () => {
  it('joins by ranks of any form and sign, also by way of a third; ties and flat features do not upset it', () => {
    const chance = chanceOf(6)
    const x = series(500, () => normal(chance))
    const near = x.map(value => value + 0.3 * normal(chance))
    const nearest = near.map(value => -(value + 0.3 * normal(chance)))
    const coarse = x.map(value => Math.sign(value))
    const features = [x, new Float32Array(500), nearest, near, coarse].map(values => Float32Array.from(values))
    const all = Uint32Array.from(x.keys())
    expect(correlatedGroups(features, all, 0.94)).toEqual([[0, 2, 3], [1], [4]])
    expect(correlatedGroups(features.slice(0, 3), all, 0.94)).toEqual([[0], [1], [2]])
    expect(correlatedGroups([features[0]!, features[0]!], all, 1)).toEqual([[0, 1]])
  })

  it('each feature is in one group, whatever they are', () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }), { maxLength: 8 }),
        columns => {
          const groups = correlatedGroups(
            columns.map(values => Float32Array.from(values)),
            Uint32Array.of(0, 1, 2, 3, 4, 5),
            0.7,
          )
          expect(groups.flat().toSorted((a, b) => a - b)).toEqual([...columns.keys()])
        },
      ),
      { seed: 2, numRuns: 100 },
    ))
})

describe('stabilitySelection', () => {
  const firstBy = (rows: Rows, count: number) => (sample: Uint32Array) =>
    mutualInformation(rows, sample, { bins: 4, block: 5, shuffles: 1, seed: 1 })
      .map(({ information }, place) => ({ information, place }))
      .sort((a, b) => b.information - a.information)
      .slice(0, count)
      .map(({ place }) => place)

  it('keeps what tells something, and no more that tells nothing than it expects', () => {
    let [kept, expected] = [0, 0]
    for (let seed = 0; seed < 10; seed++) {
      const chance = chanceOf(seed)
      const noise = Object.fromEntries(series(28, i => i).map(i => [`n${i}`, series(400, () => normal(chance))]))
      const a = series(400, () => normal(chance))
      const b = series(400, () => normal(chance))
      const rows = rowsOf(
        { a, b, ...noise },
        a.map((x, row) => (x + b[row]! + normal(chance) > 0 ? 1 : 0)),
      )
      const samples = halves(allOf(rows), { block: 10, times: 10, seed })
      const found = stabilitySelection(samples, firstBy(rows, 4), { features: 30, threshold: 0.8 })
      expect(found.kept.slice(0, 2)).toEqual([0, 1])
      kept += found.kept.length - 2
      expected += found.expectedFalse
    }
    expect(expected).toBeCloseTo((10 * 16) / (0.6 * 30), 9)
    expect(kept).toBeLessThanOrEqual(expected)
  })

  it('refuses choices that are no features', () => {
    const choose = (choices: number[]) => () =>
      stabilitySelection([Uint32Array.of(0)], () => choices, { features: 3, threshold: 0.6 })
    expect(choose([0, 3])).toThrow('different places below 3, found 0, 3')
    expect(choose([1, 1])).toThrow('found 1, 1')
    expect(choose([])()).toEqual({ shares: [0, 0, 0], kept: [], expectedFalse: 0 })
  })
})

describe('blocks', () => {
  const given = fc.tuple(fc.integer({ min: 40, max: 90 }), fc.integer({ min: 1, max: 8 }), fc.nat({ max: 99 }))

  it('a shuffle has each place once, and blocks whole', () =>
    fc.assert(
      fc.property(given, ([count, length, seed]) => {
        const order = shuffledBlocks(count, length, chanceOf(seed))
        expect([...order].sort((a, b) => a - b)).toEqual(series(count, i => i))
        for (const [place, row] of order.entries()) if (row % length > 0) expect(order[place - 1]).toBe(row - 1)
      }),
      { seed: 1, numRuns: 100 },
    ))

  it('two halves are the whole, in order, in whole blocks', () =>
    fc.assert(
      fc.property(given, ([count, block, seed]) => {
        const rows = Uint32Array.from({ length: count }, (_, i) => 3 * i)
        const [one, other] = halves(rows, { block, times: 1, seed }) as [Uint32Array, Uint32Array]
        expect([...one, ...other].sort((a, b) => a - b)).toEqual([...rows])
        expect(Math.abs(one.length - other.length)).toBeLessThanOrEqual(2 * block)
        for (const half of [one, other]) expect(half).toEqual(half.toSorted())
      }),
      { seed: 1, numRuns: 100 },
    ))
})
