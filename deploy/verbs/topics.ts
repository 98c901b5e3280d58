import { nameInCluster } from '../../connectors/kafka/config.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Micros } from '../../engine/market/units.ts'
import { type GroupPartition, lagOf } from '../../engine/run/observe.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { kafkaOf, logFlag } from '../logs.ts'
import { type KnownTape, readTapes, type Tape, tapesOf } from '../tapes.ts'
import { count, duration, table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const topics: Verb = {
  usage: 'topics [--log URL [--group NAME]] [--json]',
  words: 0,
  flags: {
    log: { ...logFlag, help: 'the log that holds them: kafka://host:port/prefix, questdb://host; default: at home' },
    group: { type: 'text', value: 'NAME', help: 'of Kafka, the lag of this run alone; default: of all that have read' },
    json: flagJson,
  },
  examples: [
    'topics',
    'topics --log kafka://127.0.0.1:9092',
    'topics --log kafka://127.0.0.1:9092 --group desk --json',
  ],
  async run(call) {
    const address = call.text('log')
    if (call.text('group') !== undefined && address?.startsWith('kafka://') !== true)
      throw new MillraceError(
        'CLI_FLAG',
        'consumer groups are of Kafka; expected: --group NAME --log kafka://host:port',
      )
    const known = (await readTapes(call.config, tapesOf, address)) ?? []
    const held = known.map(({ tape, info }) => ({ ...info, state: tape.state, source: tape.source }))
    const topics = known.length > 0 ? tableOf(known) : 'no topics yet: millrace import FILE, or npm start'
    if (address?.startsWith('kafka://') !== true) {
      call.answer(held, () => topics)
      return 0
    }
    const lags = await lagsOf(call, address)
    call.answer({ topics: held, lags }, () => `${topics}\n\n${lagTable(lags, call.text('group'))}`)
    return 0
  },
}

const tableOf = (known: readonly KnownTape[]): string =>
  table(
    ['topic', 'partition', 'holds', 'records', 'rows', 'MB', 'from', 'to', 'from what'],
    known.map(({ tape, info }) => [
      info.topic,
      String(info.partition),
      info.schema,
      count(info.end),
      count(info.rows),
      (info.bytes / 1e6).toFixed(1),
      timeText(info.firstAt),
      timeText(info.lastAt),
      `${tape.source}${notes[tape.state]}`,
    ]),
  )

const timeText = (at: number | null): string => (at === null ? '' : formatMicros(at as Micros).slice(0, 19))

const notes: Readonly<Record<Tape['state'], string>> = {
  begun: ': CUT OFF, import it again',
  whole: '',
  part: ': in part, its end is damaged',
  foreign: '',
}

/** How far a consumer group has come in a partition; names as the cluster has them. */
interface Lag extends GroupPartition {
  readonly group: string
  /** Records. */
  readonly lag: number
  readonly status: Status
}

/** `new`: has not committed yet. `lost`: records that it has not read are there no more. */
type Status = 'ok' | 'behind' | 'new' | 'lost'

const lagsOf = async (call: Call, address: string): Promise<readonly Lag[]> => {
  const kafka = kafkaOf(call.config, address)
  const { openGroupWatch } = await import('../../connectors/kafka/lag.ts')
  const watch = await openGroupWatch(kafka)
  try {
    const name = call.text('group')
    const groups = name === undefined ? await watch.groups() : [nameInCluster(kafka, name)]
    const seen = await Promise.all(groups.map(group => watch.observe(group)()))
    return seen.flatMap(({ group, partitions }) =>
      partitions.map(one => ({ group, ...one, lag: lagOf(one), status: statusOf(one) })),
    )
  } finally {
    await watch.close()
  }
}

const statusOf = (one: GroupPartition): Status => {
  if (lagOf(one) === 0) return 'ok'
  if (one.committed === null) return 'new'
  return one.committed < one.oldest ? 'lost' : 'behind'
}

/** The columns that kafka-consumer-groups shows, and the lag in event time. */
const lagTable = (lags: readonly Lag[], group: string | undefined): string => {
  if (lags.length === 0) return `no consumer group${group === undefined ? '' : ` '${group}'`} has read any of them yet`
  return table(
    ['GROUP', 'TOPIC', 'PARTITION', 'CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG', 'BEHIND', 'STATUS'],
    lags.map(({ group, topic, partition, committed, end, lag, lagUs, status }) => [
      ...[group, topic, String(partition)],
      ...[committed === null ? '-' : count(committed), count(end), count(lag)],
      ...[lagUs === null ? '-' : duration(lagUs / 1e6), status],
    ]),
  )
}
