import { assert } from '../../engine/assert.ts'

/** Training rows as a split sees them: when each began and when its label was known. */
export interface Spans {
  /** Event times, microseconds, in order. */
  readonly from: ArrayLike<number>
  /** When the labels were known, microseconds; not before the event. */
  readonly until: ArrayLike<number>
}

/** Rows to fit on and rows to test on, by their places. */
export interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** A stretch of rows that are tested together, with the time that they and their labels cover. */
export interface Block {
  /** Rows [first, end). */
  readonly first: number
  readonly end: number
  readonly from: number
  readonly until: number
}

/** Fails: Defect ASSERT when the rows are not in order, or a label is known before its event. */
export const checkSpans = (name: string, { from, until }: Spans): void => {
  assert(from.length === until.length, `${name}: as many label ends as rows, found ${until.length} of ${from.length}`)
  for (let row = 0; row < from.length; row++) {
    assert(row === 0 || from[row]! >= from[row - 1]!, `${name}: rows are in order of time, row ${row} is not`)
    assert(until[row]! >= from[row]!, `${name}: a label is known after its event, that of row ${row} is not`)
  }
}

/** Rows [first, end) as a block. */
export const blockOf = ({ from, until }: Spans, first: number, end: number): Block => {
  let last = -Infinity
  for (let row = first; row < end; row++) last = Math.max(last, until[row]!)
  return { first, end, from: from[first] ?? Infinity, until: last }
}

/** The rows in so many blocks of nearly one size. */
export const blocksOf = (spans: Spans, count: number): readonly Block[] => {
  const rows = spans.from.length
  const edge = (index: number): number => Math.floor((index * rows) / count)
  return Array.from({ length: count }, (_, index) => blockOf(spans, edge(index), edge(index + 1)))
}

/**
 * The split that tests these blocks: it trains on all rows outside whose labels, from event to end, do not meet a
 * block, and which do not begin within the embargo after one.
 */
export const splitAround = ({ from, until }: Spans, tests: readonly Block[], embargoUs: number): Split => {
  const isKept = (row: number): boolean =>
    tests.every(
      test => (row < test.first || row >= test.end) && (until[row]! < test.from || from[row]! > test.until + embargoUs),
    )
  return {
    train: rowsWhere(0, from.length, isKept),
    test: Uint32Array.from(tests.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, i) => first + i))),
  }
}

export const rowsWhere = (first: number, end: number, isIn: (row: number) => boolean): Uint32Array => {
  const rows: number[] = []
  for (let row = first; row < end; row++) if (isIn(row)) rows.push(row)
  return Uint32Array.from(rows)
}
