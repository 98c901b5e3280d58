import type { DashboardSpec } from './dashboard.ts'
import { promql } from './query.ts'

const chosen = '{consumergroup=~"$consumergroup", topic=~"$topic"}'

export const lag: DashboardSpec = {
  uid: 'millrace-lag',
  title: 'Lag',
  description: 'How far each consumer group is behind what was produced, in records and in seconds of event time.',
  filters: [
    { name: 'consumergroup', values: { label: 'consumergroup', of: 'kafka_consumergroup_lag' } },
    { name: 'topic', values: { label: 'topic', of: 'kafka_consumergroup_lag' } },
  ],
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'figure',
          title: 'Records behind',
          description:
            'All that the chosen groups have not yet committed. Red: a consumer is too slow, or stands still.',
          unit: 'short',
          limits: [
            [1_000, 'orange'],
            [100_000, 'red'],
          ],
          queries: [promql(`sum(kafka_consumergroup_lag${chosen})`, 'records')],
        },
        {
          kind: 'figure',
          title: 'Seconds behind',
          description: 'Event time between the last committed row and the newest one, of the worst partition.',
          unit: 's',
          limits: [
            [10, 'orange'],
            [60, 'red'],
          ],
          queries: [promql(`max(kafka_consumergroup_lag_seconds${chosen})`, 'seconds')],
        },
        {
          kind: 'figure',
          title: 'Worst partition',
          description: 'The most that one partition has waiting. Near the sum: one key is too busy for its partition.',
          unit: 'short',
          limits: [
            [1_000, 'orange'],
            [100_000, 'red'],
          ],
          queries: [promql(`max(kafka_consumergroup_lag${chosen})`, 'records')],
        },
        {
          kind: 'figure',
          title: 'Partitions in trouble',
          description: 'Partitions whose last commits say warning, stall, stop or rewind. The table below names them.',
          unit: 'short',
          limits: [[1, 'red']],
          queries: [
            promql(
              'sum(millrace_lag_status{consumergroup=~"$consumergroup", topic=~"$topic", status!="ok"})',
              'partitions',
            ),
          ],
        },
        {
          kind: 'figure',
          title: 'Produced',
          description: 'Records that reach the chosen topics each second.',
          unit: 'cps',
          queries: [
            promql('sum(rate(kafka_topic_partition_current_offset{topic=~"$topic"}[$__rate_interval]))', 'records'),
          ],
        },
        {
          kind: 'figure',
          title: 'Consumed',
          description: 'Records that the chosen groups commit each second. Below produced for long: the lag grows.',
          unit: 'cps',
          queries: [promql(`sum(rate(kafka_consumergroup_current_offset${chosen}[$__rate_interval]))`, 'records')],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          kind: 'course',
          title: 'Records behind by topic',
          description: 'A straight rise: the consumer stands still. A slow rise: it is too slow. Teeth: it commits.',
          unit: 'short',
          limits: [[100_000, 'red']],
          queries: [
            promql(
              'consumergroup_topic:kafka_consumergroup_lag:sum{consumergroup=~"$consumergroup", topic=~"$topic"}',
              '{{consumergroup}} {{topic}}',
            ),
          ],
        },
        {
          kind: 'course',
          title: 'Seconds behind by topic',
          description: 'How old the data is that a group decides on. Event time, so a replay of old data is not late.',
          unit: 's',
          limits: [[60, 'red']],
          queries: [
            promql(
              `max by (consumergroup, topic) (kafka_consumergroup_lag_seconds${chosen})`,
              '{{consumergroup}} {{topic}}',
            ),
          ],
        },
        {
          kind: 'course',
          title: 'Produced and consumed',
          description: 'Records a second that came in, and that each group committed: one line when all is well.',
          unit: 'cps',
          queries: [
            promql(
              'sum by (topic) (rate(kafka_topic_partition_current_offset{topic=~"$topic"}[$__rate_interval]))',
              'produced {{topic}}',
            ),
            promql(
              `sum by (consumergroup, topic) (rate(kafka_consumergroup_current_offset${chosen}[$__rate_interval]))`,
              '{{consumergroup}} {{topic}}',
            ),
          ],
        },
        {
          kind: 'course',
          title: 'Verdicts',
          description:
            'Partitions by what their last commits say. Stall, stop: nothing moves. Warning: it never falls.',
          unit: 'short',
          queries: [promql(`sum by (status) (millrace_lag_status${chosen})`, '{{status}}')],
        },
      ],
    },
    {
      title: 'Partitions',
      panels: [
        {
          kind: 'table',
          title: 'Partitions',
          description:
            'Where each group stands: what waits, how old it is, the offset that it has committed, the verdict.',
          unit: 'short',
          width: 16,
          height: 10,
          columns: { 'Value #A': 'records', 'Value #B': 'seconds', 'Value #C': 'committed', 'Value #D': 'verdict' },
          queries: [
            promql(`kafka_consumergroup_lag${chosen}`, 'records'),
            promql(`kafka_consumergroup_lag_seconds${chosen}`, 'seconds'),
            promql(`kafka_consumergroup_current_offset${chosen}`, 'committed'),
            promql(`millrace_lag_status${chosen} == 1`, 'verdict'),
          ],
        },
        {
          kind: 'course',
          title: 'Records held',
          description:
            'What the topics still hold. It falls by retention alone: a group that is older than that loses data.',
          unit: 'short',
          width: 8,
          height: 10,
          queries: [
            promql(
              `sum by (topic) (
  kafka_topic_partition_current_offset{topic=~"$topic"} - kafka_topic_partition_oldest_offset{topic=~"$topic"}
)`,
              '{{topic}}',
            ),
          ],
        },
      ],
    },
  ],
}
