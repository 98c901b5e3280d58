import type { DashboardSpec } from './dashboard.ts'
import { promql, sql } from './query.ts'

const chosen = '{run=~"$run"}'

/** Rows of the tick store that a run wrote: its topics bear its name. */
const ofRuns = "split_part(source, '.', 1) IN ($run)"

/** The newest definition of each instrument: ticks to prices, minor units to money. */
const definitions = '(SELECT * FROM instruments LATEST ON at PARTITION BY instrument)'

const now: DashboardSpec['rows'][number] = {
  title: 'Now',
  panels: [
    {
      kind: 'figure',
      title: 'Net profit',
      description:
        'Realised and unrealised, less fees and financing, of the chosen runs, in the currency of their accounts.',
      unit: 'none',
      decimals: 2,
      queries: [promql(`sum by (currency) (run_currency:millrace_net_pnl:sum${chosen})`, '{{currency}}')],
    },
    {
      kind: 'figure',
      title: 'Realised',
      description: 'Profit and loss of what was closed, before fees.',
      unit: 'none',
      decimals: 2,
      queries: [promql(`sum by (currency) (millrace_realised_pnl${chosen})`, '{{currency}}')],
    },
    {
      kind: 'figure',
      title: 'Unrealised',
      description: 'What the open positions would gain if they were closed now.',
      unit: 'none',
      decimals: 2,
      queries: [promql(`sum by (currency) (millrace_unrealised_pnl${chosen})`, '{{currency}}')],
    },
    {
      kind: 'figure',
      title: 'Fees',
      description: 'Fees paid.',
      unit: 'none',
      decimals: 2,
      queries: [promql(`sum by (currency) (millrace_fees${chosen})`, '{{currency}}')],
    },
    {
      kind: 'figure',
      title: 'Drawdown',
      description: 'How far the worst run is below its peak. Orange at 2 %, red at 3 %, as the alerts are.',
      unit: 'percentunit',
      decimals: 2,
      limits: [
        [0.02, 'orange'],
        [0.03, 'red'],
      ],
      queries: [promql(`max(millrace_drawdown_ratio${chosen})`, 'drawdown')],
    },
    {
      kind: 'figure',
      title: 'Won',
      description: 'Round trips that earned more than their fees, by all.',
      unit: 'percentunit',
      decimals: 1,
      queries: [
        promql(
          `sum(millrace_round_trips_total{run=~"$run", result="won"}) / sum(millrace_round_trips_total${chosen})`,
          'won',
        ),
      ],
    },
  ],
}

const money: DashboardSpec['rows'][number] = {
  title: 'Money',
  panels: [
    {
      kind: 'course',
      title: 'Equity',
      description: 'Balance and what the open positions are worth.',
      unit: 'none',
      decimals: 2,
      queries: [promql(`sum by (run, currency) (millrace_equity${chosen})`, '{{run}} {{currency}}')],
    },
    {
      kind: 'course',
      title: 'Drawdown of each run',
      description: 'How far equity is below its peak. Look at the orders below when it falls steeply.',
      unit: 'percentunit',
      limits: [
        [0.02, 'orange'],
        [0.03, 'red'],
      ],
      queries: [promql(`max by (run) (millrace_drawdown_ratio${chosen})`, '{{run}}')],
    },
    {
      kind: 'course',
      title: 'Profit and loss by instrument',
      description: 'Realised and unrealised, before fees.',
      unit: 'none',
      decimals: 2,
      queries: [
        promql(`sum by (instrument, currency) (millrace_instrument_pnl${chosen})`, '{{instrument}} {{currency}}'),
      ],
    },
    {
      kind: 'course',
      title: 'Equity, recorded',
      description: 'Equity at its own event time, from the tick store: a backtest of 2014 shows in 2014.',
      unit: 'none',
      decimals: 2,
      queries: [
        sql(`SELECT at AS time, split_part(source, '.', 1) AS run, last(equity) / power(10, max(decimals)) AS equity
FROM equity CROSS JOIN (SELECT max(decimals) AS decimals FROM instruments)
WHERE $__timeFilter(at) AND ${ofRuns} SAMPLE BY $__sampleByInterval`),
      ],
    },
  ],
}

const orders: DashboardSpec['rows'][number] = {
  title: 'Positions and orders',
  panels: [
    {
      kind: 'course',
      title: 'Position',
      description: 'Open lots; below zero is short.',
      unit: 'short',
      queries: [promql(`sum by (instrument) (millrace_position_lots${chosen})`, '{{instrument}}')],
    },
    {
      kind: 'course',
      title: 'Orders by state',
      description: 'Orders since the run began, by what became of them. Rejected ones rise: read the reasons below.',
      unit: 'short',
      queries: [promql(`sum by (state) (millrace_orders_total${chosen})`, '{{state}}')],
    },
    {
      kind: 'figure',
      title: 'Working orders',
      description: 'Sent and not ended. More than the strategy means to have: the venue does not answer.',
      unit: 'short',
      queries: [promql(`sum(millrace_working_orders${chosen})`, 'orders')],
    },
    {
      kind: 'figure',
      title: 'Slippage',
      description: 'Price of the fills against what the deciding row showed, on average. Above zero is worse for us.',
      unit: 'suffix: bps',
      decimals: 2,
      limits: [[5, 'orange']],
      queries: [promql(`sum(millrace_slippage_bps_sum${chosen}) / sum(millrace_slippage_bps_count${chosen})`, 'bps')],
    },
    {
      kind: 'figure',
      title: 'Answer of the venue',
      description: 'Event time from an order to the first answer, for half of them and for all but one in a hundred.',
      unit: 's',
      width: 4,
      queries: [
        promql(`histogram_quantile(0.5, sum by (le) (millrace_order_ack_seconds_bucket${chosen}))`, 'p50'),
        promql(`histogram_quantile(0.99, sum by (le) (millrace_order_ack_seconds_bucket${chosen}))`, 'p99'),
      ],
    },
    {
      kind: 'heatmap',
      title: 'Slippage of the fills',
      description: 'How many fills had which slippage, basis points.',
      unit: 'short',
      height: 4,
      queries: [promql(`sum by (le) (increase(millrace_slippage_bps_bucket${chosen}[$__rate_interval]))`, '{{le}}')],
    },
  ],
}

const filled = (table: string): string =>
  `SELECT at, instrument, side, lots, price, fee, order_id, source FROM ${table}
WHERE $__timeFilter(at) AND type = 'fill'`

/** Our fills, in other money too, with the definition that turns their ticks and minor units into prices and money. */
const fills = `(${['executions', 'turned_executions'].map(filled).join('\nUNION ALL ')}) e
JOIN ${definitions} i ON e.instrument = i.instrument WHERE split_part(e.source, '.', 1) IN ($run)`

const price = 'e.price * cast(i.tick_size AS DOUBLE)'

const records: DashboardSpec['rows'][number] = {
  title: 'From the tick store',
  panels: [
    {
      kind: 'candles',
      title: 'Price and fills',
      description: 'Mid of the quotes a minute, and where the chosen runs bought and sold.',
      unit: 'none',
      queries: [
        sql(`SELECT at AS time, open, high, low, close FROM quotes_1m
WHERE $__timeFilter(at) AND instrument = '$instrument' ORDER BY time`),
        sql(`SELECT e.at AS time, CASE WHEN e.side = 'buy' THEN ${price} END AS bought,
CASE WHEN e.side = 'sell' THEN ${price} END AS sold
FROM ${fills} AND e.instrument = '$instrument' ORDER BY time`),
      ],
    },
    {
      kind: 'table',
      title: 'Last fills',
      description: 'The newest fifty: when, what, at which price and fee, and the order that they belong to.',
      unit: 'none',
      queries: [
        sql(`SELECT e.at AS time, e.instrument, e.side, e.lots, ${price} AS price,
e.fee / power(10, i.decimals) AS fee, e.order_id
FROM ${fills} ORDER BY time DESC LIMIT 50`),
      ],
    },
    {
      kind: 'table',
      title: 'What the venue said',
      description: 'Answers by state and reason, most frequent first. Rejections: the reason is the venue’s own.',
      unit: 'short',
      queries: [
        sql(`SELECT state, reason, count() AS answers FROM executions
WHERE $__timeFilter(at) AND type = 'update' AND ${ofRuns} ORDER BY answers DESC LIMIT 50`),
      ],
    },
  ],
}

export const pnlAndRisk: DashboardSpec = {
  uid: 'millrace-pnl',
  title: 'PnL and risk',
  description: 'What the runs have earned and risk: money, positions, orders.',
  filters: [
    { name: 'run', values: { label: 'run', of: 'millrace_run_info' } },
    { name: 'instrument', values: { sql: 'SELECT DISTINCT instrument FROM quotes_1d' }, single: true },
  ],
  rows: [now, money, orders, records],
}
