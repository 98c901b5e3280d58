import type { DashboardSpec } from './dashboard.ts'
import { promql, sql } from './query.ts'

const chosen = '$__timeFilter(at) AND instrument IN ($instrument)'

const now: DashboardSpec['rows'][number] = {
  title: 'Now',
  panels: [
    {
      kind: 'figure',
      title: 'Dead letters',
      description: 'Rows that a graph could not take, since the processes began. They are below, with the reason.',
      unit: 'short',
      limits: [[1, 'orange']],
      queries: [promql('sum(millrace_dead_letters_total)', 'rows')],
    },
    {
      kind: 'figure',
      title: 'Refused by the store',
      description: 'Rows that QuestDB did not take. They are below, with its words.',
      unit: 'short',
      limits: [[1, 'orange']],
      queries: [promql('sum(millrace_sink_rejects_total)', 'rows')],
    },
    {
      kind: 'figure',
      title: 'Oldest quote of a fill',
      description: 'The simulated venue filled from a quote that was this old: results on it are not to be believed.',
      unit: 's',
      limits: [[60, 'orange']],
      queries: [promql('max(millrace_worst_quote_age_seconds)', 'age')],
    },
    {
      kind: 'figure',
      title: 'Not observed',
      description: 'Observations that failed, so that a scrape went without them.',
      unit: 'short',
      limits: [[1, 'orange']],
      queries: [promql('sum(millrace_unobserved_total) or vector(0)', 'observations')],
    },
    {
      kind: 'figure',
      title: 'Suspended tables',
      description: 'Tables of QuestDB that take no more rows. Red: ALTER TABLE … RESUME WAL, after reading its log.',
      unit: 'short',
      limits: [[1, 'red']],
      queries: [promql('sum(questdb_suspended_tables)', 'tables')],
    },
    {
      kind: 'figure',
      title: 'Not yet applied',
      description: 'Transactions that QuestDB has acknowledged and cannot be read yet.',
      unit: 'short',
      limits: [[1_000, 'orange']],
      queries: [promql('sum(questdb_wal_apply_seq_txn - questdb_wal_apply_writer_txn)', 'transactions')],
    },
  ],
}

const market: DashboardSpec['rows'][number] = {
  title: 'Market data',
  panels: [
    {
      kind: 'course',
      title: 'Quotes a minute',
      description: 'How busy the market is, up to a minute ago. Zero in trading hours: the feed is broken.',
      unit: 'short',
      queries: [
        sql(`SELECT at AS time, instrument, sum(quotes) AS quotes FROM quotes_1m
WHERE ${chosen} SAMPLE BY 1m`),
      ],
    },
    {
      kind: 'course',
      title: 'Spread',
      description: 'Mean distance of ask and bid by their mid, basis points. Wide: a bad time to trade, or a bad feed.',
      unit: 'suffix: bps',
      queries: [
        sql(`SELECT at AS time, instrument, avg((ask - bid) / (ask + bid)) * 20000 AS spread FROM quotes
WHERE ${chosen} SAMPLE BY $__sampleByInterval`),
      ],
    },
    {
      kind: 'table',
      title: 'Quotes that cannot be',
      description: 'Ask below bid, ask equal to bid, nothing offered: by instrument, in the chosen time.',
      unit: 'short',
      queries: [
        sql(`SELECT instrument, count() AS quotes, sum(CASE WHEN ask < bid THEN 1 ELSE 0 END) AS crossed,
sum(CASE WHEN ask = bid THEN 1 ELSE 0 END) AS locked,
sum(CASE WHEN bid_size = 0 OR ask_size = 0 THEN 1 ELSE 0 END) AS empty
FROM quotes WHERE ${chosen} ORDER BY instrument`),
      ],
    },
    {
      kind: 'table',
      title: 'Silences',
      description: 'The longest time without a quote, seconds, and the newest quote, by instrument.',
      unit: 's',
      queries: [
        sql(`SELECT instrument, max(silence) / 1000000.0 AS longest, max(at) AS newest FROM (
SELECT at, instrument, at - lag(at) OVER (PARTITION BY instrument ORDER BY at) AS silence FROM quotes WHERE ${chosen}
) ORDER BY instrument`),
      ],
    },
  ],
}

const refused: DashboardSpec['rows'][number] = {
  title: 'Refused rows',
  panels: [
    {
      kind: 'table',
      title: 'Refused, by code',
      description: 'By the door or by the store, most frequent first.',
      unit: 'short',
      width: 8,
      queries: [
        sql(`SELECT code, source, count() AS refused FROM rejects
WHERE $__timeFilter(at) ORDER BY refused DESC LIMIT 50`),
      ],
    },
    {
      kind: 'table',
      title: 'Newest refused rows',
      description: 'Where each lies, why it was refused, and the row itself.',
      unit: 'short',
      width: 16,
      queries: [
        sql(`SELECT at AS time, code, reason, place, record FROM rejects
WHERE $__timeFilter(at) ORDER BY time DESC LIMIT 50`),
      ],
    },
    {
      kind: 'table',
      title: 'Newest dead letters',
      description: 'Rows that a graph could not take: where, why, and the row itself.',
      unit: 'short',
      queries: [
        sql(`SELECT at AS time, key, code, reason, place, record FROM dead_letters
WHERE $__timeFilter(at) ORDER BY time DESC LIMIT 50`),
      ],
    },
    {
      kind: 'table',
      title: 'Alerts that fire',
      description: 'What Prometheus has found to be wrong. What to do stands in deploy/prometheus/README.md.',
      unit: 'short',
      queries: [promql('ALERTS{alertstate="firing"}', '{{alertname}}')],
    },
  ],
}

const store: DashboardSpec['rows'][number] = {
  title: 'Tick store',
  panels: [
    {
      kind: 'table',
      title: 'Tables',
      description: 'Rows, what waits to be applied, and whether a table is suspended.',
      unit: 'short',
      queries: [
        sql(`SELECT table_name, table_row_count, wal_pending_row_count, table_suspended FROM tables()
WHERE walEnabled ORDER BY table_name`),
      ],
    },
    {
      kind: 'table',
      title: 'Bars that the store keeps',
      description: 'Materialised views. One that is not valid must be refreshed: its bars are old.',
      unit: 'short',
      queries: [sql('SELECT view_name, base_table_name, view_status FROM materialized_views() ORDER BY view_name')],
    },
  ],
}

export const dataQuality: DashboardSpec = {
  uid: 'millrace-data',
  title: 'Data quality',
  description: 'Whether what the strategies see and what the store keeps is to be believed.',
  filters: [{ name: 'instrument', values: { sql: 'SELECT DISTINCT instrument FROM quotes_1d' } }],
  rows: [now, market, refused, store],
}
