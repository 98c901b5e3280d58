import { offsets, wallOffset } from './zone.ts'

/** What the clocks of a zone are ahead of UTC, and since when: microseconds, in the order of time. */
export interface OffsetTable {
  readonly since: Float64Array
  readonly ahead: Float64Array
}

/**
 * The offsets of a zone, named as in `zone`, from 1970 to 2100: before and after, the first and the last of them hold.
 * Made once a zone (some 30 ms); from then on no question reaches the platform's time zone database.
 *
 * Fails  usage TIME_ZONE
 */
export function offsetTable(zone: string): OffsetTable {
  const known = tables.get(zone)
  if (known) return known
  const table = makeTable(offsets(zone))
  tables.set(zone, table)
  return table
}

/** What the zone is ahead of UTC at an instant, both in microseconds. */
export function offsetAt({ since, ahead }: OffsetTable, at: number): number {
  let low = 0
  let high = since.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (since[middle]! <= at) low = middle
    else high = middle - 1
  }
  return ahead[low]!
}

/** The instant at which a wall clock of the zone shows `wall`, microseconds read as if UTC; see `zone` for changes. */
export const instantOf = (table: OffsetTable, wall: number): number =>
  wall - wallOffset(at => offsetAt(table, at), wall)

const tables = new Map<string, OffsetTable>()

const SECOND = 1_000_000
/** No zone has changed its clocks and changed them back within so long. */
const WEEK = 7 * 86_400 * SECOND
const END = 4_102_444_800 * SECOND

function makeTable(offsetOf: (at: number) => number): OffsetTable {
  const since = [-Infinity]
  const ahead = [offsetOf(0)]
  for (let at = WEEK; at < END; at += WEEK) {
    const offset = offsetOf(at)
    if (offset === ahead.at(-1)) continue
    since.push(changeIn(offsetOf, at - WEEK, at))
    ahead.push(offset)
  }
  return { since: Float64Array.from(since), ahead: Float64Array.from(ahead) }
}

/** The first second of the offset that holds at `to` and not at `from`. */
function changeIn(offsetOf: (at: number) => number, from: number, to: number): number {
  const after = offsetOf(to)
  let [low, high] = [from / SECOND, to / SECOND]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetOf(middle * SECOND) === after) high = middle
    else low = middle
  }
  return high * SECOND
}
