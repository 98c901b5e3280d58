import { createHash } from 'node:crypto'
import type { RowGroup } from '../../connectors/parquet/columns.ts'
import { isUndecoded } from '../../engine/actor/dead-letters.ts'
import { assert } from '../../engine/assert.ts'
import { describe } from '../../engine/flow/describe.ts'
import { flow } from '../../engine/flow/flow.ts'
import { compile } from '../../engine/flow/graph.ts'
import type { Pipeline } from '../../engine/flow/pipeline.ts'
import { tap } from '../../engine/flow/tap.ts'
import type { Block } from '../../engine/log/block.ts'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import type { LogSource } from '../../engine/log/port.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { clock, instruments } from '../../engine/market/topics.ts'
import type { Trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'
import { rangeState, rowsWithin, type TimeRange } from '../../engine/run/range.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Lineage } from '../../models/exported-rows.ts'
import type { FeatureSet, Source } from '../../models/features/feature-set.ts'
import type { Vector } from '../../models/features/vector.ts'
import { eventOf, type Label } from '../../models/labels/label.ts'
import { type LabelledRow, labeller } from '../../models/labels/labelled.ts'
import { groupBuilder } from './row-groups.ts'

export interface TapeRowsOptions {
  readonly set: FeatureSet
  readonly source: Source
  readonly labels: readonly Label[]
  readonly log: LogSource
  readonly topic: string
  /** Stepped one after the other; a key is in one of them. */
  readonly partitions: readonly number[]
  readonly range: TimeRange
  readonly onProgress?: (progress: TapeProgress) => void
}

export interface TapeProgress {
  /** Of all partitions. */
  readonly records: number
  readonly rows: number
  /** Event time, microseconds. */
  readonly at: number
}

/** Training rows while they are made. */
export interface TapeRows {
  groups(signal: AbortSignal): AsyncGenerator<RowGroup>
  /** What was stepped so far. */
  tape(): Lineage['tape']
  readonly graph: string
}

/**
 * Steps a tape through the graph of a feature set, as a live market is, and gives out its vectors with their labels.
 * How the tape is cut into blocks does not matter.
 *
 * Fails  as the log and the graph do; what the signal was aborted with
 */
export const tapeRows = ({ set, source, labels, ...options }: TapeRowsOptions): TapeRows => {
  const { log, topic, partitions, range, onProgress } = options
  const pipeline = set.over(source).build()
  const numbers = labels.reduce((sum, { fields }) => sum + fields.length, 0)
  const digests: string[] = []
  let rows = 0
  return {
    async *groups(signal) {
      const builder = groupBuilder(set.features.length, numbers)
      let records = 0
      for (const partition of partitions) {
        const digest = digestState()
        const step = stepper(pipeline, labels, builder.push)
        const within = rangeState(range)
        for await (const { block } of log.read(topic, partition, 0)) {
          signal.throwIfAborted()
          for (const [from, to] of isUndecoded(block) ? [] : runsOf(block, within)) {
            digestBlock(digest, block, from, to)
            step(block, from, to)
          }
          yield* builder.full()
          records += 1
          onProgress?.({ records, rows: rows + digest.count, at: block.at[block.count - 1]! })
          await systemClock.breathe()
        }
        digests.push(digestHex(digest))
        rows += digest.count
      }
      yield* builder.rest()
    },
    tape: () => ({ digests, rows, from: range.from ?? null, to: range.to ?? null }),
    graph: createHash('sha256')
      .update(JSON.stringify(describe(pipeline)))
      .digest('hex')
      .slice(0, 32),
  }
}

/** Definitions are always in, as they are for a run. */
const runsOf = (block: Block, within: ReturnType<typeof rangeState>): readonly (readonly [number, number])[] =>
  block.schema.id === instruments.schema.id ? [[0, block.count]] : rowsWithin(block, 0, block.count, within)

type Step = (block: Block, from: number, to: number) => void

const stepper = (pipeline: Pipeline<Vector>, labels: readonly Label[], give: (row: LabelledRow) => void): Step => {
  const made = labeller(labels, give)
  const graph = compile(withEvents(pipeline), {
    tap: (_topic, event, { name }) => made.event(name, eventOf(event as Bar | Trade), graph.time[0]!),
    output: ({ values }, { name }) => made.vector(name, values),
  })
  return (block, from, to) => {
    const { id } = block.schema
    if (id === graph.plan.source.schema.id) graph.drive(block, from, to)
    else if (id === clock.schema.id) for (let row = from; row < to; row++) graph.tick(block.at[row]! as Micros)
  }
}

/** The same pipeline, which tells the events that its vectors are made of, each ahead of its vector. */
const withEvents = (pipeline: Pipeline<Vector>): Pipeline<Vector> => {
  const { origin, operators } = pipeline.out
  const place = operators.findIndex(({ part }) => part.type === 'together')
  assert(place >= 0, `${pipeline.name}: a feature set makes its vectors in one lockstep`)
  return { ...pipeline, out: flow(origin, operators.toSpliced(place, 0, tap('events'))) }
}
