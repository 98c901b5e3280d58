import type { Origin } from '../../engine/flow/flow.ts'
import { compile } from '../../engine/flow/graph.ts'
import type { AnyKernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { map } from '../../engine/flow/map.ts'
import { pipeline } from '../../engine/flow/pipeline.ts'
import { instrumentFor } from '../../engine/market/definitions.ts'
import type { Stamped, Topic } from '../../engine/market/topic.ts'
import { bookSnapshots, instruments } from '../../engine/market/topics.ts'
import type { Micros } from '../../engine/market/units.ts'
import type { Row } from './market-rows.ts'

/** A value that came out. */
export interface Stepped {
  /** The row that it came out at: with it, or as time moved on to it. */
  readonly row: number
  readonly value: unknown
}

/** Runs one operator over rows, in a graph as live. `input` is one of its inputs: its shape says what it reads. */
export const stepped = (kernel: AnyKernel, input: unknown, rows: readonly Row[]): readonly Stepped[] => {
  const found: Stepped[] = []
  let row = 0
  const topic = topicOf(input)
  const graph = compile(
    pipeline({
      name: 'picture',
      reads: { rows: topic },
      graph: flows => {
        const operator = lift(kernel as never) as Lifted<unknown, unknown>
        return typeof input === 'number'
          ? flows.rows.pipe(
              map<Row, unknown>('price', ({ price }) => price),
              operator,
            )
          : flows.rows.pipe(operator)
      },
    }).build(),
    { output: value => found.push({ row, value: structuredClone(value) }) },
  )
  const ears = earsOf(kernel)
  for (; row < rows.length; row++) {
    for (const ear of ears) {
      const said = saidAt(ear, rows, row)
      if (said !== null) graph.push(ear, 'A', said)
    }
    // No more than it reads: some tell a trade from a bar by its fields.
    const read = topic.schema.fields.map(({ name }) => [name, rows[row]![name]])
    graph.push(topic.name, 'A', { ...Object.fromEntries(read), at: rows[row]!.at })
  }
  return found
}

const topicOf = (input: unknown): Topic<Row & Stamped> => {
  const sample = typeof input === 'object' && input !== null ? input : { price: 0 }
  const fields = Object.entries(sample).filter(([name]) => name !== 'at')
  return {
    name: 'rows',
    schema: {
      id: 9_800,
      name: 'rows',
      fields: fields.map(([name, value]) => ({ name, type: typeof value === 'string' ? 'text' : 'f64', unit: '' })),
    },
  }
}

const earsOf = (kernel: AnyKernel): readonly string[] =>
  (kernel.hears ?? []).map(({ from }) => {
    const origin: Origin = 'origin' in from ? from.origin : from
    return 'name' in origin ? origin.name : ''
  })

const EVERY = 50

/**
 * What else stands in the mailbox: an account and a definition at the start, now and then a publication, and an empty
 * book ahead of each, so that its levels are all that it has.
 */
const saidAt = (topic: string, rows: readonly Row[], row: number): Stamped | null => {
  const { at, last } = rows[row]!
  if (topic === bookSnapshots.name && rows[row - 1]?.isFinal !== 0)
    return { at, side: 'none', price: 0, size: 0, last: Number(last) - 1, isFinal: 1 } as unknown as Stamped
  if (row === 0 && topic === 'accounts') return { at, balance: 10_000_000 } as unknown as Stamped
  if (row === 0 && topic === instruments.name) return { ...instrumentFor('EURUSD'), at: at as Micros }
  if (row % EVERY !== 0 || topic !== 'publications') return null
  return { at, period: at, publishedAt: at, value: rows[row]!.price } as unknown as Stamped
}
