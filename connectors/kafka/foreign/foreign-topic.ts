import { assert } from '../../../engine/assert.ts'
import { BLOCK_ROWS } from '../../../engine/log/block.ts'
import { blockOf, type Row } from '../../../engine/log/build.ts'
import type { LogRecord } from '../../../engine/log/port.ts'
import { instruments } from '../../../engine/market/topics.ts'
import type { Records } from '../records.ts'
import type { Decoder } from './decoder.ts'
import { newTally, type Refusal, type Tally } from './findings.ts'
import { letters } from './letters.ts'
import type { Pile } from './pile.ts'
import { type Plan, planOf } from './plan.ts'
import type { SchemaOf } from './registry.ts'
import { type RowDoor, rowDoor } from './rows.ts'

/** Most bytes of a record when the decoder does not say. */
const BYTES_MAX = 1024 * 1024

/** A topic of somebody else, and what was read of it. */
export interface ForeignTopic {
  readonly decoder: Decoder
  readonly plan: Plan
  readonly schemaOf: SchemaOf | undefined
  readonly tally: Tally
  /** Doors that nobody reads through at the moment: they are large, and an actor reads often. */
  readonly idle: RowDoor[]
}

/** Fails: usage KAFKA_DECODER, TIME_ZONE. */
export const foreignTopic = (decoder: Decoder, schemaOf?: SchemaOf): ForeignTopic => {
  assert(decoder.format !== 'avro' || schemaOf !== undefined, 'Avro is read with `schemaOf`')
  const plan = planOf(decoder)
  return { decoder, plan, schemaOf, tally: newTally(), idle: [rowDoor(decoder, plan)] }
}

export interface Place {
  readonly topic: string
  readonly partition: number
}

/** The records of a partition as blocks: of rows, of dead letters and, in front of the first, of definitions. */
export async function* blocksOf(
  self: ForeignTopic,
  { topic, partition }: Place,
  from: number,
  portions: AsyncIterable<Records>,
): AsyncGenerator<LogRecord> {
  const { decoder, plan, idle } = self
  const rows = idle.pop() ?? rowDoor(decoder, plan)
  const lost = letters(`${topic}/${partition}`, decoder)
  let isHead = from === 0 && decoder.instruments !== undefined
  let open: Pile = rows
  let span = -1
  try {
    for await (const records of portions) {
      while (records.next()) {
        // A run writes down where it stands at the end of each span of offsets: no block goes beyond.
        if (spanOf(records) !== span) yield* handOver(open)
        span = spanOf(records)
        if (isTombstone(self, records)) continue
        const unknown = rows.schemas?.unknown(records) ?? NONE
        if (unknown !== NONE) rows.schemas!.learn(unknown, await self.schemaOf!(unknown))
        const refusal = judge(self, rows, records)
        if (isHead) yield definitionsAt(decoder, refusal === '' ? rows.at() : null)
        isHead = false
        const pile = refusal === '' ? rows : lost
        if (pile !== open || lost.isFull()) yield* handOver(open)
        open = pile
        if (refusal === '') rows.keep(records.offset)
        else lost.add(records, refusal)
      }
      yield* handOver(open)
    }
  } finally {
    rows.clear()
    idle.push(rows)
  }
}

const NONE = -1

const spanOf = ({ offset }: Records): number => Math.floor(offset / BLOCK_ROWS)

function* handOver(pile: Pile): Generator<LogRecord> {
  if (pile.count() === 0) return
  yield pile.take()
  pile.clear()
}

const isTombstone = ({ tally }: ForeignTopic, { valueStart, valueEnd }: Records): boolean => {
  tally.records += 1
  if (valueEnd >= valueStart) return false
  tally.tombstones += 1
  return true
}

/** Why the record gives no row; '' when it does, and then it is the one that was read. */
const judge = ({ decoder, tally }: ForeignTopic, rows: RowDoor, records: Records): Refusal | '' => {
  const bytes = records.valueEnd - records.valueStart
  const finding = bytes > (decoder.maxBytes ?? BYTES_MAX) ? 'oversized' : rows.read(records)
  tally.bytes += bytes
  let refusal = finding
  if (finding === 'crossed' || finding === 'locked') {
    tally.odd[finding] += 1
    if (decoder[finding] !== 'refuse') refusal = ''
  }
  if (refusal === '') tally.rows += 1
  else {
    tally.refused += 1
    tally.reasons[refusal] += 1
  }
  return refusal
}

/** They hold from the time of the first row on, or as they say themselves when the first record gives none. */
const definitionsAt = ({ instruments: defined = [] }: Decoder, at: number | null): LogRecord => ({
  offset: 0,
  block: blockOf(
    instruments.schema,
    defined.map(instrument => ({ key: instrument.id, ...instrument, at: at ?? instrument.at }) as unknown as Row),
  ),
  positions: row => ({ offset: 0, row }),
})
