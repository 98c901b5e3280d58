import { isDeepStrictEqual } from 'node:util'
import { type Row, rowOf } from '../../engine/log/build.ts'
import type { Log } from '../../engine/log/port.ts'
import { intents, orders } from '../../engine/market/topics.ts'

/** A decision of a run, and where it stands in its log. */
export interface Decision {
  /** `intents/0/offset#row`. */
  readonly place: string
  /** The row of the mailbox that it was made of: `topic/partition/offset#row`. */
  readonly cause: string
  readonly row: Row
}

/** The first decision of two runs that is not the same. Null where a run had no more of them. */
export interface FirstDifference {
  /** How many were the same before it. */
  readonly equal: number
  readonly decisions: readonly [Decision | null, Decision | null]
}

/** Compares the decisions of two runs, in their order; null when all are the same. */
export const firstDifference = async (logs: readonly [Log, Log]): Promise<FirstDifference | null> => {
  const [one, other] = logs.map(log => placed(log, intents.name)) as [Placed, Placed]
  for (let equal = 0; ; equal++) {
    const [a, b] = [await one.next(), await other.next()]
    if (a.done && b.done) return null
    if (!a.done && !b.done && isDeepStrictEqual(a.value.row, b.value.row)) continue
    const found = [a, b].map(({ done, value }, i) => (done ? null : causeOf(logs[i]!, value as Found, equal)))
    return { equal, decisions: (await Promise.all(found)) as [Decision | null, Decision | null] }
  }
}

interface Found {
  readonly place: string
  readonly row: Row
}

type Placed = AsyncGenerator<Found, undefined>

async function* placed(log: Log, topic: string): Placed {
  for await (const { offset, block } of log.read(topic, 0, 0)) {
    for (let row = 0; row < block.count; row++) yield { place: `${topic}/0/${offset}#${row}`, row: rowOf(block, row) }
  }
  return undefined
}

/** The order of the same number tells by its id what it was made of: 'name:topic/partition/offset#row-serial'. */
const causeOf = async (log: Log, { place, row }: Found, number: number): Promise<Decision> => {
  let left = number
  for await (const { block } of log.read(orders.name, 0, 0)) {
    if (left >= block.count) {
      left -= block.count
      continue
    }
    const id = String(rowOf(block, left).id)
    return { place, cause: id.slice(id.indexOf(':') + 1, id.lastIndexOf('-')), row }
  }
  return { place, cause: '', row }
}
