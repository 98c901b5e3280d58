import type { ActorOptions } from '../actor/actor.ts'
import type { Behaviour } from '../actor/behaviour.ts'
import { deadLettersOf, undecoded } from '../actor/dead-letters.ts'
import { isMillraceError, MillraceError } from '../errors.ts'
import type { Kernel } from '../flow/kernel.ts'
import { keyBy } from '../flow/key-by.ts'
import { lift } from '../flow/lift.ts'
import { map } from '../flow/map.ts'
import { pipeline } from '../flow/pipeline.ts'
import type { Block } from '../log/block.ts'
import { blockOf, type Row, rowOf } from '../log/build.ts'
import type { Log } from '../log/port.ts'
import type { Quote } from '../market/quote.ts'
import { quotes } from '../market/topics.ts'
import { systemClock } from '../time/clock.ts'
import { graphBehaviour } from './graph-behaviour.ts'

/*
 * A drill for actors: a market with poison in chosen rows, a behaviour over it, and what has been written.
 */

/** Event time of the first row of a mailbox; the others follow a millisecond apart. */
export const START_AT = 1_400_000_000_000_000

/** Puts blocks of quotes into `quotes/<partition>`; `poison` names rows, counted over all blocks, and what they do. */
export const fillMailbox = async (
  log: Log,
  sizes: readonly number[],
  poison: Readonly<Record<number, Poison>> = {},
  partition: number = 0,
): Promise<void> => {
  let n = 0
  const next = (): Row => quoteRow(n, poison[n++])
  const blocks = sizes.map(size => blockOf(quotes.schema, Array.from({ length: size }, next)))
  await log.append(quotes.name, partition, blocks)
}

const quoteRow = (n: number, poison: Poison | undefined): Row => {
  const bid = poison === undefined ? 1 + ((n * 7919) % 1000) / 1e5 : -poisons.indexOf(poison) - 1
  return { key: `K${n % 3}`, at: START_AT + n * 1000, bid, ask: bid + 1e-5, bidSize: n % 7, askSize: 0 }
}

/** What a row does: it is refused, it is more than the code can bear, or something outside is away for a while. */
export type Poison = (typeof poisons)[number]
const poisons = ['reject', 'mistake', 'fault'] as const

const midOf = ({ bid, ask }: Quote): number => {
  const poison = poisons[-bid - 1]
  if (poison === 'reject') throw new MillraceError('MARKET_QUOTE', `a bid of ${bid}, expected a price above 0`)
  if (poison === 'mistake') throw new TypeError(`cannot read properties of a bid of ${bid}`)
  if (poison === 'fault') throw new MillraceError('LOG_IO', 'the model is away', { retryAfterMs: 10 })
  return (bid + ask) / 2
}

/** The share of a value over a mean that forgets slowly: every input shows in all later outputs. */
const drift = (): Kernel<{ mean: number }, number, number> => ({
  name: 'drift',
  warmup: 2,
  init: () => ({ mean: Number.NaN }),
  step(state, input) {
    const before = state.mean
    state.mean = Number.isNaN(before) ? input : before + (input - before) / 16
    return input - before
  },
})

const drifts = pipeline({
  name: 'drifts',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes.pipe(
      keyBy((quote: Quote) => `size-${quote.bidSize}`),
      map('mid', midOf),
      lift(drift()),
    ),
}).build()

export const driftBehaviour = (partition: number = 0): Behaviour =>
  graphBehaviour(drifts, { topic: 'drifts', partition })

/** Options of an actor `drifts/<partition>` over `quotes/<partition>`. */
export const drillOptions = (log: Log, { partition = 0, ...more }: DrillOptions = {}): ActorOptions => ({
  task: `drifts/${partition}`,
  log,
  outputs: ['drifts'],
  mailbox: { topic: quotes.name, partition },
  behaviour: () => driftBehaviour(partition),
  clock: systemClock,
  ...more,
})

export type DrillOptions = Partial<ActorOptions> & { readonly partition?: number }

/** The log, and a promise for the moment when the next actor has read all of it and waits for more. */
export const telling = (log: Log): { readonly log: Log; waiting(): Promise<void> } => {
  let next = Promise.withResolvers<void>()
  const arrival: Log['arrival'] = (...args) => {
    next.resolve()
    return log.arrival(...args)
  }
  const waiting = async (): Promise<void> => {
    await next.promise
    next = Promise.withResolvers()
  }
  return { log: { ...log, arrival }, waiting }
}

/** All rows of a topic partition. */
export const rowsIn = async (log: Log, topic: string, partition: number = 0): Promise<readonly Row[]> => {
  const rows: Row[][] = []
  for await (const { block } of log.read(topic, partition, 0)) rows.push(rowsOf(block))
  return rows.flat()
}

/** What the behaviour gives when the rows, but for the poison, are stepped by hand. */
export const expectedDrifts = async (log: Log, partition: number = 0): Promise<readonly Row[]> => {
  const behaviour = driftBehaviour(partition)
  for await (const record of log.read(quotes.name, partition, 0))
    for (let row = 0; row < record.block.count; row++)
      if ((record.block.columns.bid![row] as number) > 0) behaviour.step(record, row, row + 1)
  return behaviour.outputs().flatMap(({ block }) => rowsOf(block))
}

const rowsOf = (block: Block): Row[] => Array.from({ length: block.count }, (_, row) => rowOf(block, row))

export const driftsIn = (log: Log, partition: number = 0): Promise<readonly Row[]> => rowsIn(log, 'drifts', partition)

export const deadLettersIn = (log: Log, partition: number = 0): Promise<readonly Row[]> =>
  rowsIn(log, deadLettersOf(`drifts/${partition}`), partition)

export const codeOf = (error: unknown): string => (isMillraceError(error) ? error.code : String(error))

/** Messages that a door could not decode. */
export const undecodedBlock = (count: number): Block => {
  const letter = { code: 'DECODE', reason: 'no JSON', place: '', value: '', bytes: 1, headers: 0 }
  return blockOf(undecoded.schema, Array(count).fill({ key: 'K0', at: START_AT, ...letter }))
}
