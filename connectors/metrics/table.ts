/** One metric: what Prometheus is told of it, and how it stays small. */
export interface MetricRow {
  readonly type: 'gauge' | 'counter' | 'histogram'
  readonly help: string
  /** Their names, with a space between. */
  readonly labels: string
  /** How two samples become one when a label has more values than may be shown. Default 'sum'. */
  readonly merge?: 'sum' | 'max'
}

/**
 * Every metric of ours, in one table: what is scraped, what dashboards and alerts may ask for.
 *
 * A name ends in its unit, or in `_total` when it only counts up. Money is in major units of the account's currency,
 * which is a label. The names with `kafka_` are those of kafka_exporter, so its dashboards work as they are.
 */
const rows = {
  kafka_consumergroup_lag: {
    type: 'gauge',
    help: 'Records of the partition behind the committed offset',
    labels: 'consumergroup topic partition',
  },
  kafka_consumergroup_lag_seconds: {
    type: 'gauge',
    help: 'Event time between the last committed row and the newest one, seconds; 0 when all is committed',
    labels: 'consumergroup topic partition',
    merge: 'max',
  },
  kafka_consumergroup_current_offset: {
    type: 'gauge',
    help: 'Committed offset of the group',
    labels: 'consumergroup topic partition',
  },
  kafka_topic_partition_current_offset: {
    type: 'gauge',
    help: 'The next offset to be written to the partition',
    labels: 'topic partition',
  },
  kafka_topic_partition_oldest_offset: {
    type: 'gauge',
    help: 'The oldest offset that the partition still holds',
    labels: 'topic partition',
  },
  millrace_lag_status: {
    type: 'gauge',
    help: '1 for what the last commits say of the group on this partition: ok, warning, stall, stop or rewind',
    labels: 'consumergroup topic partition status',
  },

  millrace_build_info: { type: 'gauge', help: '1; the labels say what runs', labels: 'version node' },
  millrace_run_info: {
    type: 'gauge',
    help: '1; the labels say what the run is',
    labels: 'run partition strategy topic',
  },
  millrace_run_state: {
    type: 'gauge',
    help: '1 for the state of the run: restoring, running, restarting, finished, drained or stopped',
    labels: 'run partition state',
  },
  millrace_watermark_age_seconds: {
    type: 'gauge',
    help: 'Time of day less the event time of the last row stepped, seconds',
    labels: 'run partition',
    merge: 'max',
  },
  millrace_mailbox_depth_records: {
    type: 'gauge',
    help: 'Records of the mailbox that are not yet stepped',
    labels: 'run partition',
  },
  millrace_rows_total: { type: 'counter', help: 'Rows of the mailbox stepped', labels: 'run partition' },
  millrace_node_events_in_total: {
    type: 'counter',
    help: 'Events that reached a node of the graph',
    labels: 'run partition node',
  },
  millrace_node_events_out_total: {
    type: 'counter',
    help: 'Events that a node of the graph gave on',
    labels: 'run partition node',
  },
  millrace_step_seconds: {
    type: 'histogram',
    help: 'What one row costs the graph, seconds: the mean of a record of the mailbox, once for each record',
    labels: 'run partition',
  },
  millrace_errors_total: {
    type: 'counter',
    help: 'Failures, by their code and by what supervision answered: resumed, restarted or stopped',
    labels: 'run partition code answer',
  },
  millrace_restarts_total: { type: 'counter', help: 'Restarts from the snapshot', labels: 'run partition' },
  millrace_dead_letters_total: { type: 'counter', help: 'Rows that went to the dead letters', labels: 'run partition' },
  millrace_commit_seconds: {
    type: 'histogram',
    help: 'From the start of a commit until it was acknowledged, seconds',
    labels: 'run partition',
  },
  millrace_snapshots_total: { type: 'counter', help: 'Commits that saved the state', labels: 'run partition' },
  millrace_snapshot_age_seconds: {
    type: 'gauge',
    help: 'Time since the state was saved, seconds',
    labels: 'run partition',
    merge: 'max',
  },
  millrace_snapshot_size_bytes: { type: 'gauge', help: 'Size of the last snapshot', labels: 'run partition' },

  millrace_orders_total: {
    type: 'counter',
    help: 'Orders that were sent, accepted, filled in full, rejected, cancelled or expired, by state',
    labels: 'run partition state',
  },
  millrace_working_orders: { type: 'gauge', help: 'Orders that were sent and have not ended', labels: 'run partition' },
  millrace_fills_total: { type: 'counter', help: 'Fills of our orders', labels: 'run partition' },
  millrace_order_ack_seconds: {
    type: 'histogram',
    help: 'Event time from an order to the first answer of the venue, seconds',
    labels: 'run partition',
  },
  millrace_slippage_bps: {
    type: 'histogram',
    help: 'Price of a fill against what the deciding row showed, basis points; above 0 is worse for us',
    labels: 'run partition',
  },
  millrace_worst_quote_age_seconds: {
    type: 'gauge',
    help: 'The oldest quote that the venue filled from, seconds',
    labels: 'run partition',
    merge: 'max',
  },
  millrace_position_lots: {
    type: 'gauge',
    help: 'Open position, lots; below 0 is short',
    labels: 'run partition instrument',
  },
  millrace_instrument_pnl: {
    type: 'gauge',
    help: 'Realised and unrealised profit and loss of one instrument, before fees',
    labels: 'run partition instrument currency',
  },
  millrace_balance: {
    type: 'gauge',
    help: 'Start balance, realised profit and loss, less fees and financing',
    labels: 'run partition currency',
  },
  millrace_equity: { type: 'gauge', help: 'Balance and unrealised profit and loss', labels: 'run partition currency' },
  millrace_realised_pnl: {
    type: 'gauge',
    help: 'Profit and loss of what was closed, before fees',
    labels: 'run partition currency',
  },
  millrace_unrealised_pnl: {
    type: 'gauge',
    help: 'What the open positions would gain if closed now',
    labels: 'run partition currency',
  },
  millrace_fees: { type: 'gauge', help: 'Fees paid', labels: 'run partition currency' },
  millrace_financing: {
    type: 'gauge',
    help: 'Funding and overnight interest paid; below 0 is received',
    labels: 'run partition currency',
  },
  millrace_drawdown: { type: 'gauge', help: 'How far equity is below its peak', labels: 'run partition currency' },
  millrace_drawdown_ratio: { type: 'gauge', help: 'Drawdown by the peak', labels: 'run partition', merge: 'max' },
  millrace_max_drawdown: { type: 'gauge', help: 'The deepest drawdown of the run', labels: 'run partition currency' },
  millrace_round_trips_total: {
    type: 'counter',
    help: 'Positions from flat to flat, by whether they earned more than their fees: won or lost',
    labels: 'run partition result',
  },

  millrace_sink_queue_rows: { type: 'gauge', help: 'Rows that wait to be acknowledged by the server', labels: 'sink' },
  millrace_sink_queue_age_seconds: {
    type: 'gauge',
    help: 'How long the oldest row has been waiting, seconds',
    labels: 'sink',
    merge: 'max',
  },
  millrace_sink_rows_total: { type: 'counter', help: 'Rows that are stored or refused, and committed', labels: 'sink' },
  millrace_sink_sent_bytes_total: { type: 'counter', help: 'Bytes sent to the server', labels: 'sink' },
  millrace_sink_retries_total: { type: 'counter', help: 'Batches that were sent again', labels: 'sink' },
  millrace_sink_rejects_total: { type: 'counter', help: 'Rows that the server refused', labels: 'sink' },

  millrace_scrape_seconds: {
    type: 'gauge',
    help: 'What it took to read the engine for this scrape, seconds',
    labels: '',
  },
  millrace_unobserved_total: {
    type: 'counter',
    help: 'Observations that failed, so that a scrape went without them',
    labels: 'observed',
  },
} as const

export const metricTable: Readonly<Record<MetricName, MetricRow>> = rows

export type MetricName = keyof typeof rows
