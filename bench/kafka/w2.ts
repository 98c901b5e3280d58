import type { Behaviour } from '../../engine/actor/behaviour.ts'
import type { GraphSnapshot } from '../../engine/flow/graph.ts'
import { decodeState, encodeState } from '../../engine/flow/state.ts'
import { blockBuilder } from '../../engine/log/build.ts'
import { type DigestState, digestBlock, digestState } from '../../engine/log/digest.ts'
import type { Output } from '../../engine/log/port.ts'
import { keysOf, tradingGraph } from '../millrace.ts'
import { INSTRUMENTS } from './market.ts'
import { orderSchema } from './orders.ts'

interface Saved {
  readonly graph: GraphSnapshot
  readonly waiting: Float64Array
  readonly input: DigestState
}

/** W2 as the behaviour of an actor: quotes in, orders out, the fills of its own venue in between. */
export const w2Behaviour = (topic: string): Behaviour => {
  const builder = blockBuilder(orderSchema)
  const full: Output[] = []
  const take = (): void => void full.push({ topic, partition: 0, block: builder.take() })
  const keys = keysOf(INSTRUMENTS)
  let times: Float64Array = new Float64Array()
  const { graph, before, waiting } = tradingGraph('W2', keys, (key, quantity) => {
    builder.push(key.name, times[graph.row()]!, { quantity })
    if (builder.isFull()) take()
  })
  let input = digestState()
  return {
    step({ block }, from, to) {
      times = block.at
      graph.drive(block, from, to, before)
      digestBlock(input, block, from, to)
    },
    row: () => graph.row(),
    outputs() {
      if (builder.block.count > 0) take()
      return full.splice(0)
    },
    progress: () => encodeState(input),
    snapshot: () => encodeState({ graph: graph.state(), waiting, input } satisfies Saved),
    restore(bytes) {
      const saved = decodeState(bytes) as Saved
      graph.restore(saved.graph)
      waiting.set(saved.waiting)
      for (const [index, name] of keys.entries()) graph.watch(graph.key(name), waiting[index] !== 0)
      input = saved.input
    },
  }
}
