import type { Block } from '../../engine/log/block.ts'
import { sliceBlock } from '../../engine/log/build.ts'
import { spread } from '../../engine/log/partition.ts'
import type { Log } from '../../engine/log/port.ts'
import { systemClock } from '../../engine/time/clock.ts'

export interface FeedOptions {
  readonly log: Log
  readonly topic: string
  readonly partitions: number
  /** Definitions first, then ticks, in small blocks, as a feed brings them. */
  readonly market: Iterable<Block>
  readonly rowsPerSecond: number
}

/** A market that comes as time goes by. */
export interface Feed {
  /** What each partition was given, one record each. */
  readonly fed: readonly (readonly Block[])[]
  rows(): number
  /** Resolves when the last record is acknowledged. Fails: as the log does. */
  stop(): Promise<void>
}

export const openFeed = ({ log, topic, partitions, market, rowsPerSecond }: FeedOptions): Feed => {
  const fed: Block[][] = Array.from({ length: partitions }, () => [])
  const over = new AbortController()
  const began = performance.now()
  let rows = 0
  const drive = async (): Promise<void> => {
    for (const block of market) {
      await systemClock.sleep(Math.max(0, began + (rows / rowsPerSecond) * 1000 - performance.now()), over.signal)
      if (over.signal.aborted) return
      const writing = [...spread([block], partitions)].map(async ([partition, parts]) => {
        await log.append(topic, partition, parts)
        fed[partition]!.push(...parts.map(part => sliceBlock(part, 0, part.count)))
      })
      await Promise.all(writing)
      rows += block.count
    }
  }
  const driven = drive()
  driven.catch(() => undefined)
  return {
    fed,
    rows: () => rows,
    stop() {
      over.abort()
      return driven
    },
  }
}
