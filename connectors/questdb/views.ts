/** Spans of bars that the server keeps by itself, each from the one before. */
const spans = ['1m', '5m', '1h', '1d'] as const

const partitionBy: Readonly<Record<(typeof spans)[number], string>> = {
  '1m': 'DAY',
  '5m': 'DAY',
  '1h': 'MONTH',
  '1d': 'YEAR',
}

interface Bars {
  readonly table: string
  /** Columns of the shortest span, from rows of the table. */
  readonly first: string
  /** Columns of a longer span, from the bars of a shorter. */
  readonly next: string
}

const prices = 'first(open) open, max(high) high, min(low) low, last(close) close'
const mid = '(bid + ask) / 2'

const bars: readonly Bars[] = [
  {
    table: 'quotes',
    first: `first(${mid}) open, max(${mid}) high, min(${mid}) low, last(${mid}) close, count() quotes`,
    next: `${prices}, sum(quotes) quotes`,
  },
  {
    table: 'trades',
    first: 'first(price) open, max(price) high, min(price) low, last(price) close, sum(size) volume, count() trades',
    next: `${prices}, sum(volume) volume, sum(trades) trades`,
  },
]

/** After each commit would halve the rate at which rows come in (measured): each look at the table is a search. */
const REFRESH = '1m'

/**
 * Bars of 1 m, 5 m, 1 h and 1 d from the mid of quotes and from trades, as materialised views: `quotes_1m`,
 * `trades_1h`. `at` is the start of the span; recordings of one market are told apart by their source.
 * Each view is brought up to date once a minute.
 */
export const barViews: readonly string[] = bars.flatMap(({ table, first, next }) =>
  spans.map((span, i) => {
    const from = i === 0 ? table : `${table}_${spans[i - 1]}`
    const query = `select at, instrument, venue, source, ${i === 0 ? first : next} from ${from} sample by ${span}`
    const created = `create materialized view if not exists ${table}_${span} refresh every ${REFRESH}`
    return `${created} as (${query}) partition by ${partitionBy[span]}`
  }),
)
