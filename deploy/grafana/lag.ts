import type { DashboardSpec } from './dashboard.ts'
import { promql } from './query.ts'

const among = (more = ''): string => `{consumergroup=~"$consumergroup", topic=~"$topic"${more}}`
const chosen: string = among()

/** Once for each partition: every member of a group shows all of them. */
const each = (expr: string): string => `max by (consumergroup, topic, partition) (${expr})`
const eachOfTopic = (expr: string): string => `max by (topic, partition) (${expr})`

const lagOf: string = each(`kafka_consumergroup_lag${chosen}`)
const verdicts = (more?: string): string =>
  `max by (consumergroup, topic, partition, status) (millrace_lag_status${among(more)})`
const produced: string = eachOfTopic('rate(kafka_topic_partition_current_offset{topic=~"$topic"}[$__rate_interval])')
const consumed: string = each(`rate(kafka_consumergroup_current_offset${chosen}[$__rate_interval])`)

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
          queries: [promql(`sum(${lagOf})`, 'records')],
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
          queries: [promql(`sum(${verdicts(', status!="ok"')})`, 'partitions')],
        },
        {
          kind: 'figure',
          title: 'Produced',
          description: 'Records that reach the chosen topics each second.',
          unit: 'cps',
          queries: [promql(`sum(${produced})`, 'records')],
        },
        {
          kind: 'figure',
          title: 'Consumed',
          description: 'Records that the chosen groups commit each second. Below produced for long: the lag grows.',
          unit: 'cps',
          queries: [promql(`sum(${consumed})`, 'records')],
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
            promql(`sum by (topic) (${produced})`, 'produced {{topic}}'),
            promql(`sum by (consumergroup, topic) (${consumed})`, '{{consumergroup}} {{topic}}'),
          ],
        },
        {
          kind: 'course',
          title: 'Verdicts',
          description:
            'Partitions by what their last commits say. Stall, stop: nothing moves. Warning: it never falls.',
          unit: 'short',
          queries: [promql(`sum by (status) (${verdicts()})`, '{{status}}')],
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
            promql(lagOf, 'records'),
            promql(each(`kafka_consumergroup_lag_seconds${chosen}`), 'seconds'),
            promql(each(`kafka_consumergroup_current_offset${chosen}`), 'committed'),
            promql(`${verdicts()} == 1`, 'verdict'),
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
  ${eachOfTopic('kafka_topic_partition_current_offset{topic=~"$topic"}')}
  - ${eachOfTopic('kafka_topic_partition_oldest_offset{topic=~"$topic"}')}
)`,
              '{{topic}}',
            ),
          ],
        },
      ],
    },
  ],
}
