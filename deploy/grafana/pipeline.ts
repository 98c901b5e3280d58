import type { DashboardSpec } from './dashboard.ts'
import { promql } from './query.ts'

const chosen = '{run=~"$run"}'

const now: DashboardSpec['rows'][number] = {
  title: 'Now',
  panels: [
    {
      kind: 'figure',
      title: 'Running',
      description: 'Partitions that are stepped.',
      unit: 'short',
      queries: [promql('sum(millrace_run_state{run=~"$run", state="running"})', 'partitions')],
    },
    {
      kind: 'figure',
      title: 'Not running',
      description: 'Partitions that wait for a restart or were given up. Red: read the errors below.',
      unit: 'short',
      limits: [[1, 'red']],
      queries: [promql('sum(millrace_run_state{run=~"$run", state=~"restarting|stopped"})', 'partitions')],
    },
    {
      kind: 'figure',
      title: 'Rows',
      description: 'Rows stepped each second.',
      unit: 'cps',
      queries: [promql(`sum(rate(millrace_rows_total${chosen}[$__rate_interval]))`, 'rows')],
    },
    {
      kind: 'figure',
      title: 'Waiting',
      description: 'Records of the mailboxes that are not yet stepped.',
      unit: 'short',
      limits: [[1_000, 'orange']],
      queries: [promql(`sum(millrace_mailbox_depth_records${chosen})`, 'records')],
    },
    {
      kind: 'figure',
      title: 'Age of the newest row',
      description: 'Time of day less event time, of the latest partition. A replay of old data is as old as its data.',
      unit: 's',
      limits: [
        [10, 'orange'],
        [60, 'red'],
      ],
      queries: [promql(`max(millrace_watermark_age_seconds${chosen})`, 'age')],
    },
    {
      kind: 'figure',
      title: 'Restarts',
      description: 'Restarts from a snapshot since the processes began.',
      unit: 'short',
      limits: [[1, 'orange']],
      queries: [promql(`sum(millrace_restarts_total${chosen})`, 'restarts')],
    },
  ],
}

const flow: DashboardSpec['rows'][number] = {
  title: 'Flow',
  panels: [
    {
      kind: 'course',
      title: 'Rows of each run',
      description: 'Rows stepped each second.',
      unit: 'cps',
      queries: [promql(`sum by (run) (rate(millrace_rows_total${chosen}[$__rate_interval]))`, '{{run}}')],
    },
    {
      kind: 'course',
      title: 'Mailbox and age',
      description: 'Records that wait, and the age of the newest row that was stepped, seconds.',
      unit: 'short',
      queries: [
        promql(`sum by (run) (millrace_mailbox_depth_records${chosen})`, '{{run}} records'),
        promql(`max by (run) (millrace_watermark_age_seconds${chosen})`, '{{run}} seconds'),
      ],
    },
    {
      kind: 'heatmap',
      title: 'What a row costs',
      description: 'Time in the graph for one row: the mean of a record, once for each record.',
      unit: 's',
      queries: [promql(`sum by (le) (increase(millrace_step_seconds_bucket${chosen}[$__rate_interval]))`, '{{le}}')],
    },
    {
      kind: 'table',
      title: 'Nodes',
      description:
        'Events that reached each node of the graph, and that it gave on. Nothing given: it waits, or is broken.',
      unit: 'short',
      columns: { 'Value #A': 'in', 'Value #B': 'out' },
      queries: [
        promql(`sum by (run, node) (millrace_node_events_in_total${chosen})`, 'in'),
        promql(`sum by (run, node) (millrace_node_events_out_total${chosen})`, 'out'),
      ],
    },
  ],
}

const commitBuckets = `sum by (run, le) (rate(millrace_commit_seconds_bucket${chosen}[$__rate_interval]))`

const safety: DashboardSpec['rows'][number] = {
  title: 'Commits and failures',
  panels: [
    {
      kind: 'course',
      title: 'Commits',
      description: 'From the start of a commit to its acknowledgement: half of them, all but one in a hundred.',
      unit: 's',
      limits: [[1, 'red']],
      queries: [
        promql(`histogram_quantile(0.5, ${commitBuckets})`, '{{run}} p50'),
        promql(`histogram_quantile(0.99, ${commitBuckets})`, '{{run}} p99'),
      ],
    },
    {
      kind: 'course',
      title: 'Age of the snapshot',
      description: 'A restart steps again what came since. Red: it would take long.',
      unit: 's',
      limits: [[900, 'red']],
      queries: [promql(`max by (run) (millrace_snapshot_age_seconds${chosen})`, '{{run}}')],
    },
    {
      kind: 'course',
      title: 'Size of the snapshot',
      description: 'State that is saved at once. It grows without end: an operator keeps too much.',
      unit: 'bytes',
      queries: [promql(`sum by (run) (millrace_snapshot_size_bytes${chosen})`, '{{run}}')],
    },
    {
      kind: 'course',
      title: 'Failures',
      description: 'By their code and by what supervision answered. The table of errors has a remedy for each code.',
      unit: 'short',
      limits: [[1, 'red']],
      queries: [
        promql(`sum by (code, answer) (millrace_errors_total${chosen})`, '{{code}} {{answer}}'),
        promql(`sum(millrace_dead_letters_total${chosen})`, 'dead letters'),
      ],
    },
  ],
}

const sinks: DashboardSpec['rows'][number] = {
  title: 'Sinks',
  panels: [
    {
      kind: 'course',
      title: 'Rows that wait for the server',
      description:
        'Handed to a sink and not yet acknowledged. Full: the server is away or too slow, and reading stops.',
      unit: 'short',
      width: 8,
      queries: [promql('sum by (sink) (millrace_sink_queue_rows)', '{{sink}}')],
    },
    {
      kind: 'course',
      title: 'Rows stored',
      description: 'Acknowledged by the server each second.',
      unit: 'cps',
      width: 8,
      queries: [promql('sum by (sink) (rate(millrace_sink_rows_total[$__rate_interval]))', '{{sink}}')],
    },
    {
      kind: 'course',
      title: 'Sent again, refused',
      description: 'Batches that were sent again, and rows that the server refused, since the process began.',
      unit: 'short',
      width: 8,
      limits: [[1, 'orange']],
      queries: [
        promql('sum by (sink) (millrace_sink_retries_total)', '{{sink}} sent again'),
        promql('sum by (sink) (millrace_sink_rejects_total)', '{{sink}} refused'),
      ],
    },
  ],
}

const ours = '{job="millrace"}'

const machine: DashboardSpec['rows'][number] = {
  title: 'Process',
  panels: [
    {
      kind: 'course',
      title: 'Processor',
      description: 'Cores in use. A process steps on one: near one it has no more to give.',
      unit: 'short',
      width: 6,
      limits: [[0.9, 'orange']],
      queries: [promql(`rate(process_cpu_seconds_total${ours}[$__rate_interval])`, '{{instance}}')],
    },
    {
      kind: 'course',
      title: 'Memory',
      description: 'Resident, and the heap of JavaScript.',
      unit: 'bytes',
      width: 6,
      queries: [
        promql(`process_resident_memory_bytes${ours}`, '{{instance}} resident'),
        promql(`nodejs_heap_size_used_bytes${ours}`, '{{instance}} heap'),
      ],
    },
    {
      kind: 'course',
      title: 'Event loop',
      description: 'How late the process comes to its turns, all but one in a hundred. Red: heartbeats are missed.',
      unit: 's',
      width: 6,
      limits: [[1, 'red']],
      queries: [promql(`nodejs_eventloop_lag_p99_seconds${ours}`, '{{instance}}')],
    },
    {
      kind: 'course',
      title: 'Garbage collection',
      description: 'Share of time that goes into it, by kind.',
      unit: 'percentunit',
      width: 6,
      limits: [[0.1, 'orange']],
      queries: [
        promql(`sum by (instance, kind) (rate(nodejs_gc_duration_seconds_sum${ours}[$__rate_interval]))`, '{{kind}}'),
      ],
    },
  ],
}

export const pipeline: DashboardSpec = {
  uid: 'millrace-pipeline',
  title: 'Pipeline',
  description: 'How the runs work: flow, cost, commits, failures, sinks, the process itself.',
  filters: [{ name: 'run', values: { label: 'run', of: 'millrace_run_info' } }],
  rows: [now, flow, safety, sinks, machine],
}
