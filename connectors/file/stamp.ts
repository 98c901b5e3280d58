import { type StampOptions, stampReader } from '../../engine/time/stamp.ts'
import { zone as zoneOf } from '../../engine/time/zone.ts'
import { textAt } from './decimal.ts'
import type { Fields } from './scan.ts'

/** The time in a field, in microseconds since the epoch; NaN when it cannot be read. */
export type StampParser = (bytes: Uint8Array, fields: Fields, place: number) => number

/**
 * Reads the stamps of a file as `engine/time` does, but whole seconds, milliseconds and microseconds without making a
 * string of them. Unless it is given, the unit is that of the first stamp that can be read: a row in another unit is a
 * bad row, not a jump in time.
 */
export const stampParser = ({ unit = 'auto', zone = 'UTC' }: StampOptions): StampParser => {
  const ahead = zoneOf(zone)
  let reader = stampReader({ unit, zone })
  let isSettled = unit !== 'auto'
  let scale = SCALES[unit]

  const readText = (text: string): number => {
    try {
      const at = reader(text)
      if (!isSettled) {
        const found = unitOf(Number(text))
        reader = stampReader({ unit: found, zone })
        scale = SCALES[found]
        isSettled = true
      }
      return at
    } catch {
      return NaN
    }
  }
  return (bytes, fields, place) => {
    const wall = fields.numbers[place]! * scale
    if (scale === 0 || !Number.isInteger(wall)) return readText(textAt(bytes, fields, place).trim())
    const at = wall - ahead(wall)
    return at <= Number.MAX_SAFE_INTEGER ? at : NaN
  }
}

type Unit = Exclude<StampOptions['unit'], undefined>

/** Microseconds in one of the unit; 0 where a double cannot count it, or where it is text. */
const SCALES: Readonly<Record<Unit, number>> = { s: 1_000_000, ms: 1000, us: 1, ns: 0, text: 0, auto: 0 }

/** By magnitude: from one unit to the next it is three places, and today's times are far from the borders. */
const unitOf = (number: number): Unit => {
  if (Number.isNaN(number)) return 'text'
  return number < 1e11 ? 's' : number < 1e14 ? 'ms' : number < 1e17 ? 'us' : 'ns'
}
