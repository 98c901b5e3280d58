import { Decoder, decodeTimestampToTimeSpec, ExtensionCodec } from '@msgpack/msgpack'
import type { Micros } from '../../../engine/market/units.ts'
import { formatMicros } from '../../../engine/time/stamp.ts'
import type { Fields } from '../../file/scan.ts'
import { type Find, speller } from '../../file/spelling.ts'
import type { Plan } from './plan.ts'

/** Finds the fields of a MessagePack map. A time of the extension -1 reads as text. */
export const msgpackFinder = (plan: Plan, fields: Fields): Find => {
  const spell = speller(plan, fields)
  const decoder = new Decoder({
    extensionCodec: times,
    useBigInt64: true,
    // What is allocated before its content is seen.
    maxArrayLength: LIST_MAX,
    maxMapLength: LIST_MAX,
  })
  return (bytes, start, end) => {
    try {
      return spell.object(decoder.decode(bytes.subarray(start, end)))
    } catch {
      return null
    }
  }
}

const LIST_MAX = 65_536

const TIME = -1
const times = new ExtensionCodec()
times.register({
  type: TIME,
  encode: () => null,
  decode(data) {
    const { sec, nsec } = decodeTimestampToTimeSpec(data)
    return formatMicros((sec * 1_000_000 + Math.floor(nsec / 1000)) as Micros)
  },
})
