import type { Log } from '../../engine/log/port.ts'
import { taskOf } from '../../engine/run/digests.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { PARTITIONS, RUN, TOPIC } from './scene.ts'

const LOOK_MS = 100
/** Who takes longer has stalled. */
const STALLED_MS = 120_000

/**
 * Waits until every partition has gone on: what came to it after the call is committed, or, of a feed that has stopped,
 * all that came before. How long that took, milliseconds. Fails with the partitions that have stalled.
 */
export const recovered = async (log: Log, { isFed }: { readonly isFed: boolean }): Promise<number> => {
  const began = performance.now()
  const open = new Map<number, number>()
  for (let partition = 0; partition < PARTITIONS; partition++)
    open.set(partition, (await log.end(TOPIC, partition)) + (isFed ? 1 : 0))
  while (open.size > 0) {
    for (const [partition, due] of open) if ((await committed(log, partition)) >= due) open.delete(partition)
    const waited = performance.now() - began
    if (waited > STALLED_MS) throw new Error(`partitions ${[...open.keys()]} have not gone on for ${waited} ms`)
    if (open.size > 0) await systemClock.sleep(LOOK_MS)
  }
  return performance.now() - began
}

const committed = async (log: Log, partition: number): Promise<number> => {
  const [end, lag] = [await log.end(TOPIC, partition), await log.lag(taskOf(RUN, partition), TOPIC, partition)]
  return end - lag
}
