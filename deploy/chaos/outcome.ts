import { paperVenue } from '../../connectors/paper/venue.ts'
import { deadLettersOf } from '../../engine/actor/dead-letters.ts'
import type { Block } from '../../engine/log/block.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { currency, parseMoney } from '../../engine/market/cash.ts'
import { taskOf } from '../../engine/run/digests.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import { runStrategy } from '../../engine/run/run-strategy.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'

/** What a run writes that others act on, and what ties it to its mailbox. */
const OUTPUTS = ['instruments', 'intents', 'orders', 'executions', 'equity', 'checkpoints']

/** What a partition came to. */
export interface Outcome {
  readonly digests: unknown
  /** The rows of each output topic, as JSON: ids and places and all. */
  readonly rows: Readonly<Record<string, readonly string[]>>
}

export interface Differences {
  /** Rows that should be there and are not, and rows that are there more often than they should. */
  lost: number
  doubled: number
  /** Rows that should not be there at all. */
  strange: number
  /** Partitions whose rows or digests do not belong together. */
  torn: number
}

export const PARAMS: Readonly<Record<string, number>> = { window: 10, barMs: 500, adxMax: 80, enter: 1 }

/** What each partition comes to on a log in memory, where nothing ever fails. */
export const undisturbed = async (
  name: string,
  topic: string,
  fed: readonly (readonly Block[])[],
): Promise<Outcome[]> => {
  const log = memoryLog()
  const usd = currency('USD', 6)
  const startBalance = parseMoney('100000', usd).amount
  const outcomes: Outcome[] = []
  for (const [partition, blocks] of fed.entries()) {
    await log.append(topic, partition, blocks)
    const { actor, digests } = await runStrategy({
      ...{ name, strategy: meanReversion, params: PARAMS, log, startBalance, clock: systemClock },
      tape: { log, topic, partition },
      venue: () => paperVenue({ latencyUs: 1000, startBalance, currency: usd }),
    })
    if (actor.type === 'stopped') throw actor.error
    outcomes.push({ digests, rows: await outputsOf(log, name, partition) })
  }
  return outcomes
}

/** `log` is the run's own. */
export const outputsOf = async (log: Log, name: string, partition: number): Promise<Outcome['rows']> => {
  const topics = [...OUTPUTS, deadLettersOf(taskOf(name, partition))].map(async topic => {
    const rows: string[] = []
    for await (const row of rowsOf(log, topic, partition)) rows.push(JSON.stringify(row))
    return [topic, rows] as const
  })
  return Object.fromEntries(await Promise.all(topics))
}

/**
 * Holds what a partition came to against what it should have.
 *
 * @example
 * const rows = (...rows: string[]) => ({ digests: 1, rows: { orders: rows } })
 * differencesOf(rows('a', 'b', 'c'), rows('a', 'c', 'c')) // => { lost: 1, doubled: 1, strange: 0, torn: 1 }
 * differencesOf(rows('a', 'b'), rows('a', 'b')) // => { lost: 0, doubled: 0, strange: 0, torn: 0 }
 */
export const differencesOf = (expected: Outcome, found: Outcome): Differences => {
  const sum: Differences = { lost: 0, doubled: 0, strange: 0, torn: 0 }
  for (const [topic, rows] of Object.entries(expected.rows)) {
    const [due, there] = [countsOf(rows), countsOf(found.rows[topic] ?? [])]
    for (const [row, count] of due) sum.lost += Math.max(0, count - (there.get(row) ?? 0))
    for (const [row, count] of there)
      if (due.has(row)) sum.doubled += Math.max(0, count - due.get(row)!)
      else sum.strange += count
  }
  sum.torn = JSON.stringify(expected) === JSON.stringify(found) ? 0 : 1
  return sum
}

const countsOf = (rows: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1)
  return counts
}
