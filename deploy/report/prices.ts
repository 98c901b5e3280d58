import type { Block } from '../../engine/log/block.ts'

/** The market of an instrument, thinned out: of each stretch of time the lowest and the highest price. */
export interface PriceView {
  readonly instrument: string
  /** When each stretch begins, microseconds; one without a row is left out. */
  readonly at: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** The middle of the last row. */
  readonly last: readonly number[]
  readonly rows: number
  /** Rows that were stamped before the one before them. */
  readonly late: number
  /** Times without a row, the longest first. */
  readonly gaps: readonly Gap[]
  /** How many of them were longer than a minute. */
  readonly quietMinutes: number
}

export interface Gap {
  readonly from: number
  readonly to: number
}

/** Rows as columns; of quotes the low is the bid and the high is the ask. */
export interface PriceRows {
  readonly block: Block
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface PriceViews {
  /** Rows [from, to) of a block. */
  take(rows: PriceRows, from: number, to: number): void
  views(): readonly PriceView[]
}

/** Stretches of a view, over all instruments: enough for a wide screen at every zoom but the last. */
const STRETCHES = 30_000
const GAPS = 5
const MINUTE = 60_000_000

/** Draws the markets of some instruments between two times. */
export const priceViews = (instruments: readonly string[], begin: number, end: number): PriceViews => {
  const span = Math.max(1, Math.ceil(((end - begin + 1) * instruments.length) / STRETCHES))
  const drafts = new Map(instruments.map(instrument => [instrument, draftOf(instrument)]))
  return {
    take({ block, low, high }, from, to) {
      const places = block.keys.map(key => drafts.get(key))
      for (let row = from; row < to; row++) {
        const draft = places[block.key[row]!]
        if (draft !== undefined) push(draft, span, { at: block.at[row]!, low: low[row]!, high: high[row]! })
      }
    },
    views: () =>
      Array.from(drafts.values(), ({ end: _end, before: _before, ...view }) => ({
        ...view,
        gaps: view.gaps.toSorted(byLength).slice(0, GAPS),
      })),
  }
}

const draftOf = (instrument: string) => ({
  instrument,
  at: [] as number[],
  low: [] as number[],
  high: [] as number[],
  last: [] as number[],
  rows: 0,
  late: 0,
  gaps: [] as Gap[],
  quietMinutes: 0,
  /** Of the stretch that is being filled, and the stamp of the row before. */
  end: Number.NEGATIVE_INFINITY,
  before: Number.NaN,
})

const push = (
  draft: ReturnType<typeof draftOf>,
  span: number,
  { at, low, high }: { readonly at: number; readonly low: number; readonly high: number },
): void => {
  draft.rows += 1
  if (at < draft.before) draft.late += 1
  else if (at - draft.before > MINUTE) keepGap(draft, { from: draft.before, to: at })
  draft.before = at
  // The sides of a crossed quote stand the wrong way round.
  const [least, most] = low <= high ? [low, high] : [high, low]
  if (at >= draft.end) {
    draft.end = (Math.floor(at / span) + 1) * span
    draft.at.push(at)
    draft.low.push(least)
    draft.high.push(most)
    draft.last.push((low + high) / 2)
    return
  }
  const place = draft.at.length - 1
  if (least < draft.low[place]!) draft.low[place] = least
  if (most > draft.high[place]!) draft.high[place] = most
  draft.last[place] = (low + high) / 2
}

const keepGap = (draft: ReturnType<typeof draftOf>, gap: Gap): void => {
  draft.quietMinutes += 1
  draft.gaps.push(gap)
  if (draft.gaps.length > 100 * GAPS) draft.gaps = draft.gaps.sort(byLength).slice(0, GAPS)
}

const byLength = (a: Gap, b: Gap): number => b.to - b.from - (a.to - a.from)
