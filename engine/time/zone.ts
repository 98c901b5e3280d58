import { MillraceError } from '../errors.ts'

/** What a wall clock of a zone is ahead of UTC when it shows `wall`, both in microseconds, `wall` read as if UTC. */
export type Zone = (wall: number) => number

/**
 * A zone by name: 'UTC', '+05:30', 'UTC-5', or a name of the IANA database, 'America/New_York'. A wall time that comes
 * twice, when clocks are set back, is the first of the two; one that is skipped is read by the clock before the change.
 *
 * Fails  usage TIME_ZONE
 */
export function zone(name: string): Zone {
  const fixed = fixedOffset(name)
  return Number.isNaN(fixed) ? namedZone(name) : () => fixed
}

/**
 * What a zone, named as in `zone`, is ahead of UTC at an instant, both in microseconds. Each question takes some time
 * where the name is one of the database: see `offsetTable`.
 *
 * Fails  usage TIME_ZONE
 */
export function offsets(name: string): (at: number) => number {
  const fixed = fixedOffset(name)
  return Number.isNaN(fixed) ? namedOffsets(name) : () => fixed
}

/** As a `Zone`, when it is known what the zone is ahead of UTC at each instant. */
export function wallOffset(offsetAt: (at: number) => number, wall: number): number {
  const before = offsetAt(wall - DAY)
  const after = offsetAt(wall + DAY)
  return before !== after && offsetAt(wall - before) !== before && offsetAt(wall - after) === after ? after : before
}

/** NaN for a name of the database. */
const fixedOffset = (name: string): number =>
  /^(?:UTC|GMT|Z)$/i.test(name) ? 0 : parseOffset(name.replace(/^(?:UTC|GMT)/i, ''))

/** '+05:30', '-0500' or '-5' as microseconds; NaN when it is none of them. */
export function parseOffset(text: string): number {
  const match = /^([+-])(\d{1,2})(?::?([0-5]\d))?$/.exec(text)
  if (!match) return Number.NaN
  const [, sign, hours, minutes = '0'] = match
  const size = Number(hours) * HOUR + Number(minutes) * MINUTE
  return size > 18 * HOUR ? Number.NaN : size * (sign === '-' ? -1 : 1)
}

const MINUTE = 60_000_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Hours whose offset is remembered: about a year of them. */
const HOURS_KEPT = 10_000

function namedZone(name: string): Zone {
  const offsetAt = namedOffsets(name)
  const offsetOf: Zone = wall => wallOffset(offsetAt, wall)
  // Asking the database takes microseconds, and nearly every hour has one offset from end to end.
  const known = new Map<number, number>()
  return wall => {
    const hour = Math.floor(wall / HOUR)
    let offset = known.get(hour)
    if (offset === undefined) {
      offset = offsetOf(hour * HOUR)
      if (offsetOf((hour + 1) * HOUR - 1) !== offset) offset = Number.NaN
      if (known.size === HOURS_KEPT) known.clear()
      known.set(hour, offset)
    }
    return Number.isNaN(offset) ? offsetOf(wall) : offset
  }
}

/** From the platform's time zone database. */
function namedOffsets(timeZone: string): (at: number) => number {
  const format = formatOf(timeZone)
  return at => {
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(Math.floor(at / 1000)))
    const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] = match ?? []
    const size = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * 1_000_000
    return sign === '-' ? -size : size
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch (cause) {
    const expected = "'UTC', an offset like '+05:30' or 'UTC-5', or a name like 'America/New_York'"
    throw new MillraceError('TIME_ZONE', `time zone is '${timeZone}', expected ${expected}`, { cause })
  }
}
