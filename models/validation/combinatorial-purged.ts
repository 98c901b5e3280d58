import { assert } from '../../engine/assert.ts'
import { blocksOf, checkSpans, type Spans, type Split, splitAround } from './rows.ts'

export interface CombinatorialPurgedOptions {
  /** Stretches of time that the rows are cut into. Integer, at least 2, and not above the count of rows. */
  readonly groups: number
  /** How many of them each split tests. Integer, at least 1, below `groups`. */
  readonly tested: number
  /** So long after a test no training row may begin, microseconds. 0 or more. */
  readonly embargoUs: number
}

export interface CombinatorialPurged {
  /** One for each choice of `tested` groups. */
  readonly splits: readonly (Split & { readonly groups: readonly number[] })[]
  /** The rows of each group, [first, end). */
  readonly groups: readonly { readonly first: number; readonly end: number }[]
  /** Histories that are tested from end to end: for each group of each path the split that tests it there. */
  readonly paths: readonly (readonly number[])[]
}

/**
 * Tests every choice of `tested` of the `groups` stretches of time, trained as in `purgedKFold`, and joins the tests to
 * many whole histories in place of one: the spread of their results shows how much of one of them is luck.
 *
 * There are `groups` over `tested` splits, and `tested / groups` times as many paths.
 *
 * Fails: Defect ASSERT for groups or an embargo that make no sense, and for rows that are not in order.
 *
 * @example
 * const spans = { from: [0, 1, 2, 3], until: [0, 1, 2, 3] }
 * const { splits, paths } = combinatorialPurged(spans, { groups: 4, tested: 2, embargoUs: 0 })
 * splits.map(({ groups }) => groups) // => [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
 * paths // => [[0, 0, 1, 2], [1, 3, 3, 4], [2, 4, 5, 5]]
 */
export const combinatorialPurged = (spans: Spans, options: CombinatorialPurgedOptions): CombinatorialPurged => {
  const { groups, tested, embargoUs } = options
  checkSpans('combinatorialPurged', spans)
  const rows = spans.from.length
  const isCut = Number.isInteger(groups) && groups >= 2 && groups <= rows
  assert(isCut, `combinatorialPurged: groups is an integer from 2 to the count of rows ${rows}, found ${groups}`)
  const isChosen = Number.isInteger(tested) && tested >= 1 && tested < groups
  assert(isChosen, `combinatorialPurged: tested is an integer from 1 to below ${groups}, found ${tested}`)
  assert(embargoUs >= 0, `combinatorialPurged: embargoUs is 0 or more, found ${embargoUs}`)
  const blocks = blocksOf(spans, groups)
  const splits = choices(groups, tested).map(chosen => ({
    groups: chosen,
    ...splitAround(
      spans,
      chosen.map(group => blocks[group]!),
      embargoUs,
    ),
  }))
  const testing = blocks.map((_, group) => splits.flatMap((split, i) => (split.groups.includes(group) ? [i] : [])))
  const paths = testing[0]!.map((_, path) => testing.map(ofGroup => ofGroup[path]!))
  return { splits, groups: blocks.map(({ first, end }) => ({ first, end })), paths }
}

/** Every choice of `count` numbers below `below`, in order. */
const choices = (below: number, count: number, from: number = 0): readonly (readonly number[])[] => {
  if (count === 0) return [[]]
  return Array.from({ length: below - from }, (_, i) => from + i).flatMap(first =>
    choices(below, count - 1, first + 1).map(rest => [first, ...rest]),
  )
}
