import type { Behaviour } from '../actor/behaviour.ts'
import type { Key } from '../flow/driver.ts'
import { compile, type Graph, type GraphSnapshot } from '../flow/graph.ts'
import type { Pipeline } from '../flow/pipeline.ts'
import { decodeState, encodeState } from '../flow/state.ts'
import type { Block } from '../log/block.ts'
import { type BlockBuilder, blockBuilder, rowOf } from '../log/build.ts'
import { type DigestState, digestBlock, digestState } from '../log/digest.ts'
import type { Output } from '../log/port.ts'
import type { Schema, Stamped } from '../market/topic.ts'
import { clock } from '../market/topics.ts'
import type { Micros } from '../market/units.ts'

export interface StreamOptions<Out> {
  readonly pipeline: Pipeline<Out>
  /** Where each value of the pipeline goes. A number is the schema's one field; a record has its fields by name. */
  readonly output: { readonly topic: string; readonly partition: number; readonly schema: Schema }
  readonly mode?: 'fused' | 'plain'
}

/** A pipeline as the behaviour of an actor: topic in, topic out, nothing else. */
export interface Stream extends Behaviour {
  readonly graph: Graph
}

/**
 * From a mailbox through a pipeline to a topic, with no venue: features, bars, scores. What the graph reads is stepped,
 * what it hears is heard, other rows pass by.
 *
 * Fails  as the graph does; Defect LOG_SCHEMA when a value does not fit the output's schema
 */
export const stream = <Out extends number | Stamped>({ pipeline, output, mode }: StreamOptions<Out>): Stream => {
  const { topic, partition, schema } = output
  const builder = blockBuilder(schema)
  const full: Output[] = []
  const take = (): number => full.push({ topic, partition, block: builder.take() })
  const write = writer(builder, schema)
  const graph: Graph = compile(pipeline, {
    output(value, key) {
      write(value, key, graph.time)
      if (builder.isFull()) take()
    },
    ...(mode === undefined ? {} : { mode }),
  })
  let input = digestState()
  let otherRow: number | null = null
  return {
    graph,
    step({ block }, from, to) {
      otherRow = null
      if (block.schema.id === graph.plan.source.schema.id) graph.drive(block, from, to)
      else for (otherRow = from; otherRow < to; otherRow++) push(graph, block, otherRow)
      digestBlock(input, block, from, to)
    },
    row: () => otherRow ?? graph.row(),
    outputs() {
      if (builder.block.count > 0) take()
      return full.splice(0)
    },
    progress: () => encodeState(input),
    snapshot: () => encodeState({ graph: graph.state(), input }),
    restore(snapshot) {
      const saved = decodeState(snapshot) as { readonly graph: GraphSnapshot; readonly input: DigestState }
      graph.restore(saved.graph)
      input = saved.input
    },
  }
}

const push = (graph: Graph, block: Block, row: number): void => {
  if (block.schema.id === clock.schema.id) {
    graph.tick(block.at[row]! as Micros)
    return
  }
  const { key, ...record } = rowOf(block, row)
  const ear = graph.plan.ears.find(({ topic }) => topic.schema.id === block.schema.id)
  if (ear) graph.push(ear.topic.name, key, record as unknown as Stamped)
}

type Write = (value: number | Stamped, key: Key, time: Float64Array) => void

/** Numbers, which come by the million, go straight into their column. */
const writer = (builder: BlockBuilder, schema: Schema): Write => {
  const { block } = builder
  const column = block.columns[schema.fields[0]?.name ?? '']
  if (schema.fields.length !== 1 || !(column instanceof Float64Array)) {
    return (value, key, time) => builder.push(key.name, time[0]!, value as Stamped)
  }
  return (value, key, time) => {
    const row = block.count
    column[row] = value as number
    block.at[row] = time[0]!
    block.key[row] = builder.keyIndex(key.name)
    block.count = row + 1
  }
}
