import type { Currency } from '../../engine/market/cash.ts'
import { type GroupObservation, lagOf, type RunObservation, type SinkObservation } from '../../engine/run/observe.ts'
import type { GroupStatus } from './commit-histories.ts'
import { lagStatuses } from './lag-status.ts'
import type { Put } from './registry.ts'

/** Microseconds to seconds. */
const US = 1e-6

/**
 * A run as samples. `now` is the time of day, microseconds. Until its state is restored it has none to show: a counter
 * that fell to 0 and came back would be an increase by all that it ever counted, and equity a loss of all that was won.
 */
export const putRun = (put: Put, run: RunObservation, currency: Currency, now: number): void => {
  const { name, actor } = run
  put('millrace_run_info', [name, actor.partition, run.strategy, actor.topic], 1)
  putActor(put, run, now)
  if (!isRestored(run)) return
  putProgress(put, run, now)
  putOrders(put, run)
  putMoney(put, run, currency)
}

export const isRestored = ({ actor: { state } }: RunObservation): boolean =>
  state !== 'restoring' && state !== 'restarting'

const putMoney = (put: Put, { name, actor, money, venue, positions }: RunObservation, currency: Currency): void => {
  const { code, decimals } = currency
  const at = [name, actor.partition]
  const inMoney = [...at, code]
  const major = 10 ** decimals
  if (venue.worstQuoteAgeUs !== undefined) put('millrace_worst_quote_age_seconds', at, venue.worstQuoteAgeUs, US)
  put('millrace_balance', inMoney, money.balance / major)
  put('millrace_equity', inMoney, money.equity / major)
  put('millrace_realised_pnl', inMoney, money.realised / major)
  put('millrace_unrealised_pnl', inMoney, money.unrealised / major)
  put('millrace_fees', inMoney, money.fees / major)
  put('millrace_financing', inMoney, money.financing / major)
  put('millrace_drawdown', inMoney, money.drawdown / major)
  put('millrace_max_drawdown', inMoney, money.maxDrawdown / major)
  put('millrace_drawdown_ratio', at, money.drawdown / money.peak)
  put('millrace_round_trips_total', [...at, 'won'], money.won)
  put('millrace_round_trips_total', [...at, 'lost'], money.lost)
  for (const { instrument, lots, realised, unrealised } of positions) {
    put('millrace_position_lots', [...at, instrument], lots)
    put('millrace_instrument_pnl', [...at, instrument, code], (realised + unrealised) / major)
  }
}

const putProgress = (put: Put, { name, actor, rows, nodes }: RunObservation, now: number): void => {
  const at = [name, actor.partition]
  put('millrace_rows_total', at, rows)
  if (actor.lastAt !== null) put('millrace_watermark_age_seconds', at, now - actor.lastAt, US)
  if (actor.end) put('millrace_mailbox_depth_records', at, actor.end.depth)
  for (const node of nodes) {
    put('millrace_node_events_in_total', [...at, node.id], node.in)
    put('millrace_node_events_out_total', [...at, node.id], node.out)
  }
}

const putActor = (put: Put, { name, actor }: RunObservation, now: number): void => {
  const { partition, counts, snapshot } = actor
  const at = [name, partition]
  for (const state of states) put('millrace_run_state', [...at, state], state === actor.state ? 1 : 0)
  for (const { code, answer, count } of actor.failures) put('millrace_errors_total', [...at, code, answer], count)
  put('millrace_restarts_total', at, counts.restarts)
  put('millrace_dead_letters_total', at, counts.deadLetters)
  put('millrace_snapshots_total', at, counts.snapshots)
  put('millrace_step_seconds', at, actor.stepUs, US)
  put('millrace_commit_seconds', at, actor.commitUs, US)
  if (snapshot === null) return
  put('millrace_snapshot_age_seconds', at, now - snapshot.savedAt, US)
  put('millrace_snapshot_size_bytes', at, snapshot.bytes)
}

const states = ['restoring', 'running', 'restarting', 'finished', 'drained', 'stopped'] as const

const putOrders = (put: Put, { name, actor, orders }: RunObservation): void => {
  const at = [name, actor.partition]
  for (const [state, count] of Object.entries(orders.states)) put('millrace_orders_total', [...at, state], count)
  put('millrace_working_orders', at, orders.working)
  put('millrace_fills_total', at, orders.fills)
  put('millrace_order_ack_seconds', at, orders.ackUs, US)
  put('millrace_slippage_bps', at, orders.slippageBps)
}

/** The lag of a run by itself; its name is also its consumer group. */
export const putRunLag = (put: Put, { name, actor }: RunObservation): void => {
  const { topic, partition, committed, end } = actor
  const labels = [name, topic, partition]
  put('kafka_consumergroup_current_offset', labels, committed.offset)
  if (end === null) return
  put('kafka_topic_partition_current_offset', [topic, partition], end.offset)
  put('kafka_consumergroup_lag', labels, end.lag)
  if (end.lagUs !== null) put('kafka_consumergroup_lag_seconds', labels, end.lagUs, US)
}

export const putGroup = (put: Put, { group, partitions }: GroupObservation): void => {
  for (const one of partitions) {
    const { topic, partition, committed, end, oldest, lagUs } = one
    put('kafka_topic_partition_current_offset', [topic, partition], end)
    put('kafka_topic_partition_oldest_offset', [topic, partition], oldest)
    const labels = [group, topic, partition]
    if (committed !== null) put('kafka_consumergroup_current_offset', labels, committed)
    put('kafka_consumergroup_lag', labels, lagOf(one))
    if (lagUs !== null) put('kafka_consumergroup_lag_seconds', labels, lagUs, US)
  }
}

export const putLagStatus = (put: Put, verdicts: readonly GroupStatus[]): void => {
  for (const { group, topic, partition, status } of verdicts)
    for (const one of lagStatuses) put('millrace_lag_status', [group, topic, partition, one], one === status ? 1 : 0)
}

export const putSink = (
  put: Put,
  { task, pending, oldestMs, rows, rejects, bytes, retries }: SinkObservation,
): void => {
  put('millrace_sink_queue_rows', [task], pending)
  put('millrace_sink_queue_age_seconds', [task], oldestMs / 1000)
  put('millrace_sink_rows_total', [task], rows)
  put('millrace_sink_rejects_total', [task], rejects)
  put('millrace_sink_sent_bytes_total', [task], bytes)
  put('millrace_sink_retries_total', [task], retries)
}
