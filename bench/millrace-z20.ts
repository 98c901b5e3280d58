import { compile } from '../engine/flow/graph.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import { type Lifted, lift } from '../engine/flow/lift.ts'
import { map } from '../engine/flow/map.ts'
import { pipeline } from '../engine/flow/pipeline.ts'
import type { Quote } from '../engine/market/quote.ts'
import { quotes } from '../engine/market/topics.ts'
import { zScore } from '../operators/indicators/z-score.ts'
import { blockOf } from './millrace.ts'
import type { Ticks } from './ticks.ts'
import type { Runner } from './workload.ts'
import { ENTER, LEAVE, POINTS, type Trades } from './z20.ts'

const points = (price: number): number => Math.round(price * POINTS)

/** One unit against the move: the order, 1 or -1. Every order is filled at once, so the position is its own. */
const oneUnit = (): Lifted<number, number> => lift(oneUnitStep())
const oneUnitStep = (): Kernel<{ position: number }, number, number> => ({
  name: 'oneUnit',
  warmup: 1,
  init: () => ({ position: 0 }),
  step(state, z) {
    const { position } = state
    const isDue = position === 0 ? Math.abs(z) > ENTER : Math.abs(z) < LEAVE
    if (!isDue) return NaN
    const order = position === 0 ? -Math.sign(z) : -position
    state.position += order
    return order
  },
})

const z20 = pipeline({
  name: 'z20',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes.pipe(
      map('points', ({ bid, ask }: Quote) => points(bid) + points(ask)),
      zScore({ length: 20 }),
      oneUnit(),
    ),
})

/** Z20 through the public pipeline. */
export function startZ20Millrace(): Runner<Trades> {
  let fills = 0
  let cashPoints = 0
  let quote: Ticks
  const graph = compile(z20.build(), {
    output(order) {
      const i = graph.row()
      fills += 1
      cashPoints -= order * points(order > 0 ? quote.ask[i]! : quote.bid[i]!)
    },
  })
  return {
    push(ticks) {
      quote = ticks
      graph.drive(blockOf(ticks, ['EURUSD']), 0, ticks.count)
    },
    result: () => ({ fills, cash: cashPoints / POINTS }),
  }
}
