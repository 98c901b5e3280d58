import type { Behaviour } from '../actor/behaviour.ts'
import { compile, type GraphSnapshot } from '../flow/graph.ts'
import type { Pipeline } from '../flow/pipeline.ts'
import { decodeState, encodeState } from '../flow/state.ts'
import { blockBuilder } from '../log/build.ts'
import { type DigestState, digestBlock, digestState } from '../log/digest.ts'
import type { Output } from '../log/port.ts'
import type { Schema } from '../market/topic.ts'

/** What a {@link graphBehaviour} writes. */
export const scores: Schema = { id: 9020, name: 'score', fields: [{ name: 'value', type: 'f64', unit: 'any' }] }

/** A pipeline of numbers as the behaviour of an actor, with no venue: each value is a row of the output topic. */
export const graphBehaviour = (pipeline: Pipeline<number>, output: Omit<Output, 'block'>): Behaviour => {
  const full: Output[] = []
  const builder = blockBuilder(scores)
  const take = (): number => full.push({ ...output, block: builder.take() })
  let input = digestState()
  const graph = compile(pipeline, {
    output(value, key) {
      builder.push(key.name, graph.time[0]!, { value })
      if (builder.isFull()) take()
    },
  })
  return {
    step(block, _offset, from, to) {
      graph.drive(block, from, to)
      digestBlock(input, block, from, to)
    },
    row: graph.row,
    outputs() {
      if (builder.block.count > 0) take()
      return full.splice(0)
    },
    progress: () => encodeState(input),
    snapshot: () => encodeState({ graph: graph.snapshot(), input }),
    restore(snapshot) {
      const saved = decodeState(snapshot) as { readonly graph: GraphSnapshot; readonly input: DigestState }
      graph.restore(saved.graph)
      input = saved.input
    },
  }
}
