import type { Block } from '../../../engine/log/block.ts'
import { numberAt } from '../../file/decimal.ts'
import type { Fields } from '../../file/scan.ts'
import type { StampParser } from '../../file/stamp.ts'
import type { FieldName } from './decoder.ts'
import type { Refusal } from './findings.ts'

/** Writes the values of a bar into row `row` of the block; says what is wrong, '' when nothing is. */
export const barReader = (slots: Readonly<Record<FieldName, number>>, stamp: StampParser) => {
  const orZero = (bytes: Uint8Array, fields: Fields, slot: number): number =>
    slot < 0 || fields.starts[slot] === fields.ends[slot] ? 0 : numberAt(bytes, fields, slot)

  return (bytes: Uint8Array, fields: Fields, { at, columns }: Block, row: number): Refusal | '' => {
    const start = stamp(bytes, fields, slots.start)
    const open = numberAt(bytes, fields, slots.open)
    const high = numberAt(bytes, fields, slots.high)
    const low = numberAt(bytes, fields, slots.low)
    const close = numberAt(bytes, fields, slots.close)
    const volume = orZero(bytes, fields, slots.volume)
    const count = orZero(bytes, fields, slots.count)
    if (!(start >= 0 && start < at[row]!)) return 'bad-stamp'
    if (Number.isNaN(open + high + low + close + volume + count)) return 'bad-number'
    if (!(low > 0 && Math.min(open, close) >= low && Math.max(open, close) <= high)) return 'bad-price'
    if (volume < 0 || count < 0 || !Number.isSafeInteger(count)) return 'bad-size'
    columns.start![row] = start
    columns.open![row] = open
    columns.high![row] = high
    columns.low![row] = low
    columns.close![row] = close
    columns.volume![row] = volume
    columns.count![row] = count
    return ''
  }
}
