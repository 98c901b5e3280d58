import { compile } from '../engine/flow/graph.ts'
import { decodeState, encodeState } from '../engine/flow/state.ts'
import { type Measured, measure } from './measure.ts'
import { blockOf, w2 } from './millrace.ts'
import { tickColumns, tickSource } from './ticks.ts'

/** The time to save all state of W2 as bytes, or to put it back, for one instrument; so many states in all. */
export async function measureSnapshots(
  direction: 'snapshot' | 'restore',
  instruments: number,
  states: number,
): Promise<Measured> {
  const graph = compile(w2.build(), { output: () => undefined })
  const ticks = tickColumns(100 * instruments)
  tickSource(instruments)(ticks)
  const keys = Array.from({ length: instruments }, (_, i) => `K${i}`)
  graph.drive(blockOf(ticks, keys), 0, ticks.count)

  const bytes = encodeState(graph.snapshot())
  const times = Math.ceil(states / 10 / instruments)
  const once = {
    snapshot: () => encodeState(graph.state()),
    restore: () => graph.restore(decodeState(bytes) as ReturnType<typeof graph.snapshot>),
  }[direction]
  const measured = await measure({
    size: times * instruments,
    prepare: () => undefined,
    work() {
      for (let i = 0; i < times; i++) once()
    },
  })
  return { ...measured, checksum: `${bytes.length}|${encodeState(graph.snapshot()).length}` }
}
