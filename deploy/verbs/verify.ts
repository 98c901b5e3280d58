import { parseQuestdb } from '../../connectors/questdb/config.ts'
import { type Hole, type Verification, verify as verifyPartition } from '../../connectors/questdb/verify.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { TopicInfo } from '../../engine/log/port.ts'
import type { Micros } from '../../engine/market/units.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { sourceIn } from '../live/sinks.ts'
import { kafkaOf, logFlag, openLog } from '../logs.ts'
import { noTopic, tapesOf } from '../tapes.ts'
import { count, rate, table, timeLeft } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const verify: Verb = {
  usage: 'verify TOPIC --log URL --with questdb://host [--all] [--json]',
  words: 1,
  flags: {
    log: { ...logFlag, help: 'the log that holds the topic: kafka://host:port/prefix', setting: 'log' },
    with: {
      type: 'text',
      value: 'URL',
      help: 'the database that store has filled: questdb://user@host:9000?pg=8812',
      setting: 'questdb',
    },
    all: { type: 'switch', help: 'show every hour, not only those that differ' },
    json: flagJson,
  },
  examples: [
    'verify eurusd --log kafka://127.0.0.1:9092 --with questdb://127.0.0.1',
    'verify mean-reversion.executions --log kafka://127.0.0.1:9092 --with questdb://127.0.0.1 --all',
  ],
  async run(call) {
    const [topic, address, database] = [call.words[0], call.text('log'), call.text('with')]
    if (topic === undefined) throw new MillraceError('CLI_NAME', 'no topic is named; expected: millrace verify TOPIC')
    if (address?.startsWith('kafka://') !== true || database === undefined) throw noAddress()
    const kafka = kafkaOf(call.config, address)
    const place = parseQuestdb(database, { password: call.config.secrets.questdb })
    const { openQuestdb } = await import('../../connectors/questdb/questdb.ts')
    await using open = new AsyncDisposableStack()
    const log = open.adopt(await openLog(call.config, address), one => one.close())
    const known = await tapesOf(log)
    const infos = known.map(({ info }) => info).filter(info => info.topic === topic)
    if (infos.length === 0) throw noTopic(topic, known)
    const questdb = open.adopt(await openQuestdb({ address: place, readOnly: true }), one => one.close())
    const draw = drawer(call, infos)
    const found: Verified[] = []
    for (const { partition } of infos) {
      const source = sourceIn(kafka, topic, partition)
      const behind = await log.lag(`questdb/${topic}/${partition}`, topic, partition)
      const onProgress = draw()
      const options = { questdb, log, topic, partition, source, clock: systemClock, onProgress }
      found.push({ ...(await verifyPartition(options)), behind })
    }
    const isEqual = found.every(({ hole }) => hole === null)
    call.answer({ topic, equal: isEqual, partitions: found }, () => textOf(call, topic, found))
    return isEqual ? 0 : 1
  },
}

const expected = 'verify compares a log with a database; expected: --log kafka://host:port --with questdb://host'
const noAddress = (): MillraceError => new MillraceError('CLI_FLAG', expected)

/** A partition, compared. */
interface Verified extends Verification {
  /** Records that the sink has not come to yet. */
  readonly behind: number
}

const textOf = ({ terminal, has }: Call, topic: string, found: readonly Verified[]): string => {
  const hours = hoursOf(found).filter(({ isEqual }) => has('all') || !isEqual)
  const rows = (side: 'topicRows' | 'tableRows' | 'rejects'): string =>
    count(found.reduce((sum, one) => sum + one[side], 0))
  const figures = `${rows('topicRows')} rows in the topic, ${rows('tableRows')} in the table`
  const hole = found.find(one => one.hole !== null)
  const verdict = hole ? terminal.style('red', 'different') : terminal.style('green', 'equal')
  return [
    ...(hours.length === 0 ? [] : [tableOf(hours), '']),
    `${topic}: ${figures}, ${rows('rejects')} refused: ${verdict}`,
    ...(hole ? holeLines(hole.hole!, hole.behind) : []),
  ].join('\n')
}

const hoursOf = (found: readonly Verified[]) =>
  found.flatMap(({ partition, hours }) =>
    hours.map(hour => ({ ...hour, partition, isEqual: hour.topicDigest === hour.tableDigest })),
  )

/** So much of a digest tells two apart. */
const DIGITS = 12

const tableOf = (hours: ReturnType<typeof hoursOf>): string =>
  table(
    ['hour', 'partition', 'topic rows', 'table rows', 'topic digest', 'table digest', 'verdict'],
    hours.map(({ at, partition, topicRows, tableRows, topicDigest, tableDigest, isEqual }) => [
      ...[hourText(at), String(partition), count(topicRows), count(tableRows)],
      ...[topicDigest.slice(0, DIGITS), tableDigest.slice(0, DIGITS), isEqual ? 'equal' : 'different'],
    ]),
  )

const hourText = (at: number): string => formatMicros(at as Micros).slice(0, 13)

const holeLines = ({ type, place, hour, topicRow, tableRow }: Hole, behind: number): readonly string[] => [
  `the first row that is ${type} in the table: ${place}, hour ${hourText(hour)}`,
  `  topic  ${topicRow ?? 'nothing'}`,
  `  table  ${tableRow ?? 'nothing'}`,
  ...(behind > 0 ? [`the sink has ${count(behind)} records of this partition before it yet: store ... --to-end`] : []),
]

/** Rows count twice: in the topic, and in the table. For each partition, what draws its progress behind the others. */
const drawer = ({ terminal, signal }: Call, infos: readonly TopicInfo[]) => {
  const all = 2 * infos.reduce((sum, { rows }) => sum + rows, 0)
  const started = performance.now()
  const left = timeLeft()
  let done = 0
  return () => {
    const before = done
    let inTopic = 0
    return ({ side, rows }: { readonly side: 'topic' | 'table'; readonly rows: number }): void => {
      signal.throwIfAborted()
      if (side === 'topic') inTopic = rows
      done = before + inTopic + (side === 'table' ? rows : 0)
      const share = Math.min(1, done / all)
      const speed = rate(done / ((performance.now() - started) / 1000))
      terminal.progress(share, () => [`${count(done)} rows of both sides`, `${speed} rows/s`, left(share)])
    }
  }
}
