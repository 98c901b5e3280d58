import type { Mailbox } from '../../engine/actor/actor.ts'
import { type DeadLetter, deadLetters } from '../../engine/actor/dead-letters.ts'
import type { Block } from '../../engine/log/block.ts'
import { blockBuilder, type Row, rowOf } from '../../engine/log/build.ts'
import { rowToJson } from '../../engine/log/json.ts'
import type { LogSource } from '../../engine/log/port.ts'
import { rowAt } from '../../engine/log/position.ts'
import type { Micros } from '../../engine/market/units.ts'
import type { Refused } from './batch.ts'
import type { Note } from './notes.ts'
import { placeOf, positionOfSeq } from './place.ts'

/** A refused row as it is kept: in the log with its record, and in the store. */
export interface Letter extends DeadLetter {
  readonly key: string
  readonly seq: number
}

/** Longest words of a server that are kept, in characters. */
const REASON_MAX = 1000

/** Fetches the rows again from where they stand: nobody kept them. */
export const lettersOf = async (
  log: LogSource,
  { topic, partition }: Pick<Mailbox, 'topic' | 'partition'>,
  refused: readonly Refused[],
): Promise<readonly Letter[]> => {
  const letters: Letter[] = []
  const byOffset = Map.groupBy(refused, ({ seq }) => positionOfSeq(seq).offset)
  for (const [offset, some] of [...byOffset].sort(([a], [b]) => a - b)) {
    for await (const record of log.read(topic, partition, offset, { until: offset + 1 })) {
      for (const one of some) {
        const row = rowOf(record.block, rowAt(record, positionOfSeq(one.seq)))
        letters.push(letterOf(row, one, placeOf(topic, partition, one.seq)))
      }
    }
  }
  return letters
}

/** What a door could not decode tells itself what was wrong. */
const letterOf = (row: Row, { seq, reason, by }: Refused, place: string): Letter => ({
  at: row.at as Micros,
  key: row.key,
  seq,
  code: by === 'door' ? String(row.code) : 'QUESTDB_ROW',
  reason: (by === 'door' ? String(row.reason) : reason).slice(0, REASON_MAX).toWellFormed(),
  place,
  record: rowToJson(row).toWellFormed(),
})

/** As blocks of the topic of dead letters. */
export const letterBlocks = (letters: readonly Letter[]): readonly Block[] => {
  const blocks: Block[] = []
  const builder = blockBuilder(deadLetters.schema)
  for (const letter of letters) {
    builder.push(letter.key.toWellFormed(), letter.at, letter)
    if (builder.isFull()) blocks.push(builder.take())
  }
  if (builder.block.count > 0) blocks.push(builder.take())
  return blocks
}

/** As a row of the table of rejects, with a time and a key that a table can hold; the record tells the true ones. */
export const noteOf = ({ at, key, seq, code, reason, place, record }: Letter, source: string): Note => ({
  at: Number.isSafeInteger(at) && at >= 0 ? at : 0,
  key: key.toWellFormed().replaceAll('\0', ''),
  source,
  seq,
  code,
  reason,
  place,
  record,
})
