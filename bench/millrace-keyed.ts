import { compile } from '../engine/flow/graph.ts'
import { map } from '../engine/flow/map.ts'
import { pipeline } from '../engine/flow/pipeline.ts'
import { quotes } from '../engine/market/topics.ts'
import { mid } from '../operators/book/mid.ts'
import { zScore } from '../operators/indicators/z-score.ts'
import { BEYOND, type Hits } from './keyed.ts'
import { blockOf } from './millrace.ts'
import type { Runner } from './workload.ts'

const keyed = pipeline({
  name: 'keyed',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes.pipe(
      mid(),
      zScore({ length: 20 }),
      map('beyond', z => (Math.abs(z) > BEYOND ? z : NaN)),
    ),
})

/** The keyed z-score through the public pipeline. */
export function startKeyedMillrace(instruments: number): Runner<Hits> {
  const result: Hits = { hits: 0, sum: 0 }
  const keys = Array.from({ length: instruments }, (_, i) => `K${i}`)
  const graph = compile(keyed.build(), {
    output(z) {
      result.hits += 1
      result.sum += z
    },
  })
  return { push: ticks => graph.drive(blockOf(ticks, keys), 0, ticks.count), result: () => result }
}
