import type { Block } from '../engine/log/block.ts'
import { blockOf, type Row, sliceBlock } from '../engine/log/build.ts'
import { type Financing, financings, funding, overnight } from '../engine/market/financing.ts'
import type { Micros } from '../engine/market/units.ts'
import { fundingTimes, rollovers } from '../engine/time/rollovers.ts'
import type { FinancingTerms } from './instruments/listing.ts'

/** Which instruments are charged for time, and how. */
export type Charged = ReadonlyMap<string, FinancingTerms>

/**
 * The same rows with what is charged for time between them: a row of `financings` ahead of the first row that is not
 * before it, from the first row of its instrument on. At equal times in the order of the instruments.
 */
export async function* withFinancing(blocks: AsyncIterable<Block>, charged: Charged): AsyncGenerator<Block> {
  const coming = new Map<string, Coming>()
  for await (const block of blocks) {
    expect(block, charged, coming)
    let from = 0
    for (const { key, event } of dueIn(block, coming)) {
      const row = rowFrom(block, from, event.at)
      if (row > from) yield sliceBlock(block, from, row)
      from = row
      yield blockOf(financings.schema, [{ key, ...event } as Row])
    }
    yield from === 0 ? block : sliceBlock(block, from, block.count)
  }
}

/** What an instrument is charged from now on: known up to `until`. */
interface Coming {
  readonly terms: FinancingTerms
  events: Financing[]
  until: number
}

/** Who is charged from the first row of the instrument on. */
function expect({ at, key, keys, count }: Block, charged: Charged, coming: Map<string, Coming>): void {
  for (const [place, name] of keys.entries()) {
    const terms = coming.has(name) ? undefined : charged.get(name)
    const row = terms === undefined ? -1 : key.subarray(0, count).indexOf(place)
    if (terms !== undefined && row >= 0) coming.set(name, { terms, events: [], until: at[row]! + 1 })
  }
}

interface Due {
  readonly key: string
  readonly event: Financing
}

/** What is due by the latest row of the block, in order. */
function dueIn({ at, count }: Block, coming: ReadonlyMap<string, Coming>): readonly Due[] {
  if (coming.size === 0) return []
  const latest = at.subarray(0, count).reduce((last, time) => Math.max(last, time))
  const due: Due[] = []
  for (const [key, one] of coming) {
    if (one.until <= latest) {
      one.events.push(...eventsOf(one.terms, one.until as Micros, (latest + MONTH) as Micros))
      one.until = latest + MONTH
    }
    while (one.events.length > 0 && one.events[0]!.at <= latest) due.push({ key, event: one.events.shift()! })
  }
  return due.sort((a, b) => a.event.at - b.event.at || (a.key < b.key ? -1 : 1))
}

const MONTH = 30 * 86_400_000_000

const eventsOf = (terms: FinancingTerms, from: Micros, to: Micros): readonly Financing[] => {
  if (terms.type === 'overnight')
    return rollovers(terms, from, to).map(({ at, nights }) => overnight({ ...terms, at, nights }))
  if (terms.type === 'rates') return terms.events.filter(({ at }) => at >= from && at < to)
  const { everyHours, rate } = terms
  return rate === null ? [] : fundingTimes(everyHours, from, to).map(at => funding({ at, rate }))
}

/** The first row, at or behind `from`, that is not before the time. */
const rowFrom = ({ at, count }: Block, from: number, time: number): number => {
  let row = from
  while (row < count && at[row]! < time) row += 1
  return row
}
