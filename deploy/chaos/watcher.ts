import { rowOf } from '../../engine/log/build.ts'
import type { Log } from '../../engine/log/port.ts'

/** Reads partitions of a topic all the time, as somebody does who acts on them. */
export interface Watcher {
  /** By partition, what was seen so far, as JSON. */
  readonly seen: readonly (readonly string[])[]
  /** Fails: as the log does. */
  stop(): Promise<void>
}

export const openWatcher = (log: Log, topic: string, partitions: number): Watcher => {
  const over = new AbortController()
  const seen: string[][] = Array.from({ length: partitions }, () => [])
  const watch = async (partition: number): Promise<void> => {
    for (let from = 0; !over.signal.aborted; ) {
      await log.arrival(topic, partition, from, over.signal)
      const end = await log.end(topic, partition)
      for await (const { block } of log.read(topic, partition, from, { until: end }))
        for (let row = 0; row < block.count; row++) seen[partition]!.push(JSON.stringify(rowOf(block, row)))
      from = Math.max(from, end)
    }
  }
  const watching = Promise.all(seen.map((_, partition) => watch(partition)))
  watching.catch(() => undefined)
  return {
    seen,
    async stop() {
      over.abort()
      await watching
    },
  }
}
