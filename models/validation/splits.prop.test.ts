import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combinatorialPurged } from './combinatorial-purged.ts'
import { purgedKFold } from './purged-k-fold.ts'
import type { Spans, Split } from './rows.ts'
import { timeOrdered } from './time-ordered.ts'
import { walkForward } from './walk-forward.ts'

/** Rows at any times, with labels of any length: equal times, long lives over many folds, labels that end at once. */
const spans = (least: number): fc.Arbitrary<Spans> =>
  fc
    .array(fc.record({ after: fc.nat({ max: 9 }), life: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 60 })) }), {
      minLength: least,
      maxLength: 60,
    })
    .map(rows => {
      const from = rows.map(({ after }) => after)
      for (let i = 1; i < from.length; i++) from[i]! += from[i - 1]!
      return { from, until: rows.map(({ life }, i) => from[i]! + life) }
    })

const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { seed: 12, numRuns: 300 })

const meet = ({ from, until }: Spans, a: number, b: number): boolean => from[a]! <= until[b]! && from[b]! <= until[a]!

const expectNothingShared = (rows: Spans, { train, test }: Split): void => {
  for (const fitted of train) for (const tested of test) expect(meet(rows, fitted, tested)).toBe(false)
}

/** No training row begins in the embargo behind a tested row. */
const expectEmbargo = ({ from, until }: Spans, { train, test }: Split, embargoUs: number): void => {
  for (const fitted of train)
    for (const tested of test)
      expect(from[fitted]! > until[tested]! && from[fitted]! <= until[tested]! + embargoUs).toBe(false)
}

const all = ({ from }: Spans): number[] => Array.from({ length: from.length }, (_, row) => row)
const sorted = (rows: Iterable<number>): number[] => [...rows].sort((a, b) => a - b)

describe('timeOrdered', () => {
  it('no label of a part ends in a later one or in the gap before it', () =>
    holds(fc.tuple(spans(0), fc.nat({ max: 9 })), ([rows, gapUs]) => {
      const parts = timeOrdered(rows, { shares: [0.6, 0.2, 0.2], gapUs })
      for (const [i, part] of parts.entries())
        for (const later of parts.slice(i + 1).flatMap(part => [...part]))
          for (const row of part) expect(rows.until[row]!).toBeLessThan(rows.from[later]! - gapUs)
    }))

  it('leaves out nothing else', () => {
    const rows = { from: [0, 1, 2, 3, 4, 5], until: [0, 1, 4, 3, 4, 9] }
    expect(timeOrdered(rows, { shares: [0.5, 0.5], gapUs: 0 }).map(sorted)).toEqual([
      [0, 1],
      [3, 4, 5],
    ])
  })
})

describe('walkForward', () => {
  const options = fc.record({
    mode: fc.constantFrom('anchored', 'rolling'),
    trainUs: fc.integer({ min: 1, max: 80 }),
    testUs: fc.integer({ min: 1, max: 40 }),
    gapUs: fc.nat({ max: 9 }),
  })

  it('what was trained on was known before the test, gap and all, and not too long before', () =>
    holds(fc.tuple(spans(0), options), ([rows, options]) => {
      for (const split of walkForward(rows, options)) {
        const begins = rows.from[split.test[0]!]!
        const start = rows.from[0]! + options.trainUs
        const due = start + Math.floor((begins - start) / options.testUs) * options.testUs
        for (const row of split.train) {
          expect(rows.until[row]!).toBeLessThan(due - options.gapUs)
          if (options.mode === 'rolling') expect(rows.from[row]!).toBeGreaterThanOrEqual(due - options.trainUs)
        }
        for (const row of split.test) expect(rows.from[row]!).toBeLessThan(due + options.testUs)
        expectNothingShared(rows, split)
      }
    }))

  it('tests each row behind the first fit once, in order', () =>
    holds(fc.tuple(spans(1), options), ([rows, options]) => {
      const tested = walkForward(rows, options).flatMap(({ test }) => [...test])
      expect(tested).toEqual(all(rows).filter(row => rows.from[row]! >= rows.from[0]! + options.trainUs))
    }))
})

describe('purgedKFold', () => {
  const given = fc.tuple(spans(6), fc.integer({ min: 2, max: 6 }), fc.nat({ max: 20 }))

  it('no train label meets a test span, and the embargo is kept', () =>
    holds(given, ([rows, folds, embargoUs]) => {
      for (const split of purgedKFold(rows, { folds, embargoUs })) {
        expectNothingShared(rows, split)
        expectEmbargo(rows, split, embargoUs)
      }
    }))

  it('tests each row once, in folds of nearly one size', () =>
    holds(given, ([rows, folds, embargoUs]) => {
      const tests = purgedKFold(rows, { folds, embargoUs }).map(({ test }) => [...test])
      expect(tests.flat()).toEqual(all(rows))
      const sizes = tests.map(test => test.length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }))

  it('trains on all that it may: labels that end at once lose nobody', () =>
    holds(fc.integer({ min: 6, max: 40 }), count => {
      const times = Array.from({ length: count }, (_, row) => row)
      const rows = { from: times, until: times }
      for (const { train, test } of purgedKFold(rows, { folds: 3, embargoUs: 0 }))
        expect(sorted([...train, ...test])).toEqual(all(rows))
    }))
})

describe('combinatorialPurged', () => {
  const given = fc.tuple(spans(6), fc.constantFrom([6, 2], [5, 3], [4, 1], [6, 5], [2, 1]), fc.nat({ max: 20 }))
  const cut = ([rows, [groups, tested], embargoUs]: readonly [Spans, readonly number[], number]) =>
    combinatorialPurged(rows, { groups: groups!, tested: tested!, embargoUs })

  it('no train label meets a tested group, and the embargo is kept behind each', () =>
    holds(given, value => {
      const [rows, , embargoUs] = value
      const { splits, groups } = cut(value)
      for (const split of splits)
        for (const group of split.groups) {
          const { first, end } = groups[group]!
          const test = split.test.filter(row => row >= first && row < end)
          expectNothingShared(rows, { train: split.train, test })
          expectEmbargo(rows, { train: split.train, test }, embargoUs)
        }
    }))

  it('has as many splits and paths as the formulas say, and each group as often in a test', () =>
    holds(given, value => {
      const [groups, tested] = value[1] as [number, number]
      const { splits, paths } = cut(value)
      expect(splits).toHaveLength(choose(groups, tested))
      expect(paths).toHaveLength((choose(groups, tested) * tested) / groups)
      for (let group = 0; group < groups; group++)
        expect(splits.filter(split => split.groups.includes(group))).toHaveLength(choose(groups - 1, tested - 1))
    }))

  it('each path tests each row once, and no test is in two paths', () =>
    holds(given, value => {
      const { splits, groups, paths } = cut(value)
      const used = new Set<string>()
      for (const path of paths) {
        const rows = path.flatMap((split, group) => {
          used.add(`${split}/${group}`)
          const { first, end } = groups[group]!
          return [...splits[split]!.test].filter(row => row >= first && row < end)
        })
        expect(rows).toEqual(all(value[0]))
      }
      expect(used.size).toBe(splits.reduce((sum, split) => sum + split.groups.length, 0))
    }))
})

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)

describe('what makes no sense is refused', () => {
  const rows = { from: [0, 1, 2], until: [1, 2, 3] }
  it.each<[() => unknown, string]>([
    [() => timeOrdered(rows, { shares: [0.5, 0.4], gapUs: 0 }), 'shares are positive and sum up to 1, found 0.5, 0.4'],
    [() => timeOrdered(rows, { shares: [1], gapUs: -1 }), 'timeOrdered: gapUs is 0 or more, found -1'],
    [() => walkForward(rows, { mode: 'rolling', trainUs: 0, testUs: 1, gapUs: 0 }), 'trainUs is positive, found 0'],
    [() => walkForward(rows, { mode: 'rolling', trainUs: 1, testUs: 1, gapUs: -1 }), 'gapUs is 0 or more, found -1'],
    [() => purgedKFold(rows, { folds: 4, embargoUs: 0 }), 'folds is an integer from 2 to the count of rows 3, found 4'],
    [() => purgedKFold(rows, { folds: 2, embargoUs: -1 }), 'embargoUs is 0 or more, found -1'],
    [() => combinatorialPurged(rows, { groups: 3, tested: 3, embargoUs: 0 }), 'tested is an integer from 1 to below 3'],
    [
      () => combinatorialPurged(rows, { groups: 9, tested: 2, embargoUs: 0 }),
      'groups is an integer from 2 to the count',
    ],
    [() => combinatorialPurged(rows, { groups: 2, tested: 1, embargoUs: -1 }), 'embargoUs is 0 or more, found -1'],
    [
      () => purgedKFold({ from: [1, 0], until: [1, 1] }, { folds: 2, embargoUs: 0 }),
      'rows are in order of time, row 1',
    ],
    [() => purgedKFold({ from: [1, 2], until: [1, 1] }, { folds: 2, embargoUs: 0 }), 'that of row 1 is not'],
    [() => purgedKFold({ from: [1, 2], until: [1] }, { folds: 2, embargoUs: 0 }), 'as many label ends as rows'],
  ])('%#', (cut, sentence) => {
    expect(cut).toThrow(sentence)
  })
})
