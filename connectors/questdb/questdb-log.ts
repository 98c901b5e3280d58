import { MillraceError } from '../../engine/errors.ts'
import type { Log, TopicInfo } from '../../engine/log/port.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { applied } from './applied.ts'
import { parseQuestdb } from './config.ts'
import { positionOfSeq, seqOf } from './place.ts'
import type { Postgres } from './postgres.ts'
import { openQuestdb } from './questdb.ts'
import { readRecords } from './records.ts'
import { schemas, tableFor } from './tables.ts'

/** How often is looked whether a topic has grown. */
const LOOK_MS = 250

/**
 * The topics that the tables hold, as a log to read from: a backtest over it is the backtest over the topic.
 *
 * Delivers  Records as `readRecords` does, as far as they were applied when the log was opened or `end` was asked.
 * Blocks    Nothing; ten thousand rows are in memory at a time.
 * Ends      `close`.
 * Fails     as `openQuestdb` does; Fault QUESTDB_READ_ONLY for everything that would write
 */
export const openQuestdbLog = async (
  url: string,
  options: { readonly password?: string | undefined } = {},
): Promise<Log> => {
  const questdb = await openQuestdb({ address: parseQuestdb(url, options), readOnly: true })
  await applied(questdb, systemClock)
  const refuse = async (): Promise<never> => {
    throw new MillraceError('QUESTDB_READ_ONLY', 'topics in QuestDB are read; they are written by a sink')
  }
  const end = async (topic: string, partition: number): Promise<number> => {
    const infos = await topicsOf(questdb, `${topic}/${partition}`)
    return Math.max(0, ...infos.map(info => info.end))
  }
  return {
    capabilities: { name: 'questdb', durable: true, shared: false, atomic: false },
    topics: () => topicsOf(questdb),
    read: (topic, partition, from, { until = Number.POSITIVE_INFINITY } = {}) => {
      const last = Math.min(Number.MAX_SAFE_INTEGER, seqOf(until, 0))
      return readRecords(questdb, { source: `${topic}/${partition}`, first: seqOf(from, 0), last })
    },
    end,
    async arrival(topic, partition, offset, signal) {
      let found = await end(topic, partition)
      while (!signal?.aborted && found <= offset) {
        await systemClock.sleep(LOOK_MS, signal)
        found = await end(topic, partition)
      }
      return found
    },
    append: refuse,
    fence: refuse,
    commit: refuse,
    committed: refuse,
    lag: refuse,
    drop: refuse,
    close: () => questdb.close(),
  }
}

/** What the tables hold of each source, or of one. */
const topicsOf = async (postgres: Postgres, source?: string): Promise<readonly TopicInfo[]> => {
  const infos = new Map<string, TopicInfo>()
  const [condition, values] = source === undefined ? ['', []] : ['where source = $1', [source]]
  for (const schema of schemas) {
    const table = tableFor(schema)!.name
    const figures = 'source, count(), max(seq), min(at)::long, max(at)::long'
    const rows = await postgres.query(`select ${figures} from "${table}" ${condition} group by source`, values)
    for (const row of rows) {
      const [name, count, seq, firstAt, lastAt] = row as readonly [string, number, number, number, number]
      infos.set(name, together(infos.get(name), { name, schema: schema.name, rows: count, seq, firstAt, lastAt }))
    }
  }
  return [...infos.values()].sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  )
}

interface Found {
  /** 'topic/partition' */
  readonly name: string
  readonly schema: string
  readonly rows: number
  readonly seq: number
  readonly firstAt: number
  readonly lastAt: number
}

const together = (info: TopicInfo | undefined, { name, schema, rows, seq, firstAt, lastAt }: Found): TopicInfo => {
  const cut = name.lastIndexOf('/')
  return {
    topic: name.slice(0, cut),
    partition: Number(name.slice(cut + 1)),
    schema: info === undefined ? schema : `${info.schema}+${schema}`,
    end: Math.max(info?.end ?? 0, positionOfSeq(seq).offset + 1),
    rows: rows + (info?.rows ?? 0),
    bytes: 0,
    firstAt: Math.min(info?.firstAt ?? firstAt, firstAt),
    lastAt: Math.max(info?.lastAt ?? lastAt, lastAt),
  }
}
