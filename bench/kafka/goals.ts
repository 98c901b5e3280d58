import type { LatencyRow, Row, ThroughputRow } from './table.ts'

/** What was set out to be reached, and what was found. */
export interface Goal {
  readonly goal: string
  readonly limit: number
  readonly found: number
  readonly isMet: boolean
}

export const goalsOf = (rows: readonly Row[]): readonly Goal[] => {
  const rates = (id: string): ThroughputRow => rows.find(row => row.id === id) as ThroughputRow
  const p50 = (id: string): number => (rows.find(row => row.id === id) as LatencyRow).p50
  const [once, least] = [rates('blocks'), rates('blocks-at-least-once')]
  const speed = rates('blocks').ticksPerSecond / rates('kafkajs-each-message').ticksPerSecond
  return [
    atMost(200, rates('blocks').cpuNs, 'blocks, exactly once: ns CPU a tick'),
    atLeast(10, speed, 'blocks, exactly once: times the ticks/s of kafkajs eachMessage'),
    atMost(4000, rates('messages').cpuNs, 'a message for each tick, exactly once: ns CPU a tick'),
    atMost(1.15, once.cpuNs / least.cpuNs, 'blocks: CPU time of exactly once over at least once'),
    atMost(1.15, least.ticksPerSecond / once.ticksPerSecond, 'blocks: the same by the clock'),
    ...[200, 20_000].flatMap(perSecond => [
      atMost(
        1.3,
        p50(`latency-${perSecond}-at-least-once`) / p50(`latency-${perSecond}-kafkajs`),
        `${perSecond} ticks/s: p50 of at least once over bare kafkajs`,
      ),
      atMost(10_000, p50(`latency-${perSecond}-exactly-once`), `${perSecond} ticks/s: p50 of exactly once, us`),
    ]),
  ]
}

const atMost = (limit: number, found: number, goal: string): Goal => ({
  goal: `${goal}, at most`,
  limit,
  found,
  isMet: found <= limit,
})

const atLeast = (limit: number, found: number, goal: string): Goal => ({
  goal: `${goal}, at least`,
  limit,
  found,
  isMet: found >= limit,
})
