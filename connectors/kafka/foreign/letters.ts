import { undecoded } from '../../../engine/actor/dead-letters.ts'
import { blockBuilder } from '../../../engine/log/build.ts'
import type { Records } from '../records.ts'
import type { Decoder } from './decoder.ts'
import { EXPECTED, type Refusal } from './findings.ts'
import { type Pile, pile } from './pile.ts'

/** Bytes of a record that are kept. */
const VALUE_MAX = 16 * 1024
/** Bytes of letters in one block. */
const BLOCK_BYTES = 256 * 1024
/** Characters of a record that a reason shows. */
const SHOWN_MAX = 120

/** Records that gave no row, as they came. */
export interface Letters extends Pile {
  add(records: Records, reason: Refusal): void
  isFull(): boolean
}

/** `partition` is 'topic/partition'. */
export const letters = (partition: string, { format, instruments = [] }: Decoder): Letters => {
  const head = instruments.length
  const builder = blockBuilder(undecoded.schema)
  const rows = pile(builder.block, head)
  let bytes = 0
  return {
    ...rows,
    add(records, reason) {
      const { offset, timestamp } = records
      const value = records.value()!
      const kept = value.subarray(0, VALUE_MAX)
      const shown = format === 'json' ? value.toString('utf8', 0, SHOWN_MAX) : value.toString('hex', 0, SHOWN_MAX / 2)
      const letter = {
        at: Math.max(0, timestamp * 1000),
        code: 'KAFKA_RECORD',
        reason: `${reason}: found ${value.length} bytes '${shown.toWellFormed()}', expected ${EXPECTED[reason]}`,
        place: `${partition}/${offset}#${offset === 0 ? head : 0}`,
        value: kept.toString('base64'),
        bytes: value.length,
        headers: records.headers().length,
      }
      const key = records.key()?.toString('utf8', 0, SHOWN_MAX) ?? ''
      rows.mark(offset)
      builder.push(key, letter.at, letter)
      bytes += letter.value.length
    },
    isFull: () => bytes >= BLOCK_BYTES,
    clear() {
      builder.clear()
      bytes = 0
    },
  }
}
