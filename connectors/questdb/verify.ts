import type { LogRecord, LogSource } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import type { Clock } from '../../engine/time/clock.ts'
import { applied } from './applied.ts'
import { figuresOf, type Hours, type PlacedRow, rowsOfHour, takeRecord } from './hours.ts'
import { placeOf, positionOfSeq, seqOf } from './place.ts'
import type { Postgres } from './postgres.ts'
import { readRecords } from './records.ts'
import { schemas, tableFor } from './tables.ts'

export interface VerifyOptions {
  readonly questdb: Postgres
  readonly log: LogSource
  readonly topic: string
  readonly partition: number
  readonly clock: Clock
  /** What the tables call the topic partition. Default '<topic>/<partition>'. */
  readonly source?: string
  /** Compare up to this offset. Default: the end of the partition at the time of the call. */
  readonly until?: number
  /** Only rows that this table takes. */
  readonly table?: string
  readonly onProgress?: (progress: { readonly side: 'topic' | 'table'; readonly rows: number }) => void
}

/** What topic and table have in common, and the first thing that they do not. */
export interface Verification {
  readonly topic: string
  readonly partition: number
  readonly topicRows: number
  readonly tableRows: number
  /** Rows of the topic that were refused and stand in `rejects`; they are not among the others. */
  readonly rejects: number
  /** By event time, in order. */
  readonly hours: readonly VerifiedHour[]
  /** Null when every row that was not refused is in the table as it is in the topic, and no other. */
  readonly hole: Hole | null
}

export interface VerifiedHour {
  /** Its start, microseconds. */
  readonly at: number
  readonly topicRows: number
  readonly tableRows: number
  /** 32 hex digits; both are the same when all rows are, in the same order. */
  readonly topicDigest: string
  readonly tableDigest: string
}

export interface Hole {
  /** Seen from the table. */
  readonly type: 'missing' | 'extra' | 'different'
  /** `topic/partition/offset#row` */
  readonly place: string
  /** Start of its hour of event time, microseconds. */
  readonly hour: number
  /** The rows as JSON; null where there is none. */
  readonly topicRow: string | null
  readonly tableRow: string | null
}

/**
 * Compares a topic partition with what the tables hold of it: counts and digests of each hour of event time. When an
 * hour differs, both are read again from there, to name its first row that does.
 *
 * Fails  as the log does; Fault QUESTDB_DOWN, QUESTDB_QUERY, QUESTDB_TABLE
 */
export const verify = async (options: VerifyOptions): Promise<Verification> => {
  const { questdb, log, topic, partition, clock, onProgress } = options
  const until = options.until ?? (await log.end(topic, partition))
  await applied(questdb, clock)
  const rejects = await rejectsOf(options)
  const sides: Sides = { options, until, rejects, found: new Map(schemas.map(schema => [schema.id, schema])) }
  const [inTopic, inTable]: [Hours, Hours] = [new Map(), new Map()]
  let [topicRows, tableRows, rejected] = [0, 0, 0]
  const counts = (seq: number): boolean => !rejects.has(seq)
  for await (const record of topicSide(sides, 0)) {
    const rows = takeRecord(inTopic, record, counts)
    topicRows += rows
    rejected += record.block.count - rows
    onProgress?.({ side: 'topic', rows: topicRows })
    await clock.breathe()
  }
  for await (const record of tableSide(sides, 0)) {
    tableRows += takeRecord(inTable, record, counts)
    onProgress?.({ side: 'table', rows: tableRows })
  }
  const hours = compared(inTopic, inTable)
  const differing = hours.find(hour => hour.topicDigest !== hour.tableDigest)
  const hole = differing === undefined ? null : await firstHole(sides, differing.at, [inTopic, inTable])
  return { topic, partition, topicRows, tableRows, rejects: rejected, hours, hole }
}

/** What is compared, each side as records from an offset on. */
interface Sides {
  readonly options: VerifyOptions
  readonly until: number
  readonly rejects: ReadonlySet<number>
  /** Schemas that may be in the tables: those that are always, and those that the topic has shown. */
  readonly found: Map<number, Schema>
}

async function* topicSide({ options, until, found }: Sides, from: number): AsyncGenerator<LogRecord> {
  const { log, topic, partition } = options
  for await (const record of log.read(topic, partition, from, { until })) {
    const { schema } = record.block
    if (!isAsked(options, schema)) continue
    found.set(schema.id, schema)
    yield record
  }
}

const tableSide = ({ options, until, found }: Sides, from: number): AsyncGenerator<LogRecord> => {
  const { questdb, topic, partition, source = `${topic}/${partition}` } = options
  const asked = [...found.values()].filter(schema => isAsked(options, schema))
  return readRecords(questdb, { source, first: seqOf(from, 0), last: seqOf(until, 0) }, { schemas: asked })
}

const isAsked = ({ table }: VerifyOptions, schema: Schema): boolean =>
  table === undefined || tableFor(schema)?.name === table

const rejectsOf = async ({ questdb, topic, partition, source }: VerifyOptions): Promise<ReadonlySet<number>> => {
  const sql = 'select seq from rejects where source = $1'
  const seqs = new Set<number>()
  for await (const rows of questdb.stream(sql, [source ?? `${topic}/${partition}`], 10_000))
    for (const [seq] of rows) seqs.add(Number(seq))
  return seqs
}

const compared = (inTopic: Hours, inTable: Hours): readonly VerifiedHour[] =>
  [...new Set([...inTopic.keys(), ...inTable.keys()])]
    .sort((a, b) => a - b)
    .map(at => {
      const [topic, table] = [figuresOf(inTopic.get(at)), figuresOf(inTable.get(at))]
      return {
        ...{ at, topicRows: topic.rows, tableRows: table.rows },
        ...{ topicDigest: topic.digest, tableDigest: table.digest },
      }
    })

const firstHole = async (sides: Sides, hour: number, hours: readonly Hours[]): Promise<Hole | null> => {
  const { options, rejects } = sides
  const first = Math.min(...hours.flatMap(side => side.get(hour)?.first ?? []))
  const { offset } = positionOfSeq(first)
  const counts = (seq: number): boolean => !rejects.has(seq)
  const inTopic = rowsOfHour(topicSide(sides, offset), hour, counts)
  const inTable = rowsOfHour(tableSide(sides, offset), hour, counts)
  try {
    while (true) {
      const [topic, table] = [(await inTopic.next()).value, (await inTable.next()).value]
      if (topic === undefined && table === undefined) return null
      if (topic?.seq === table?.seq && topic?.json === table?.json) continue
      return holeOf(options, hour, topic, table)
    }
  } finally {
    await inTopic.return(undefined)
    await inTable.return(undefined)
  }
}

/** The row that comes first is the one that the other side lacks. */
const holeOf = (
  { topic, partition }: VerifyOptions,
  hour: number,
  topicRow: PlacedRow | undefined,
  tableRow: PlacedRow | undefined,
): Hole => {
  const [ofTopic, ofTable] = [topicRow?.seq ?? Infinity, tableRow?.seq ?? Infinity]
  const type = ofTopic === ofTable ? 'different' : ofTopic < ofTable ? 'missing' : 'extra'
  return {
    ...{ type, hour, place: placeOf(topic, partition, Math.min(ofTopic, ofTable)) },
    topicRow: type === 'extra' ? null : topicRow!.json,
    tableRow: type === 'missing' ? null : tableRow!.json,
  }
}
