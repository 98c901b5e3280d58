import type { Block } from '../../engine/log/block.ts'
import { decodeBlock, encodeBlock } from '../../engine/log/codec.ts'
import { spread } from '../../engine/log/partition.ts'
import type { Log } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
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
  fed(): readonly (readonly Block[])[]
  rows(): number
  /** Resolves when the first block is acknowledged: all partitions are there. */
  readonly begun: Promise<void>
  /** Never resolves. Fails: as the log does, when nothing comes any more. */
  readonly failed: Promise<never>
  /** Resolves when the last record is acknowledged. Fails: as the log does. */
  stop(): Promise<void>
}

export const openFeed = ({ log, topic, partitions, market, rowsPerSecond }: FeedOptions): Feed => {
  // As bytes: a block is a dozen small pieces of memory, and of an hour there are half a million.
  const fed: Buffer[][] = Array.from({ length: partitions }, () => [])
  const schemas = new Map<number, Schema>()
  const over = new AbortController()
  const began = performance.now()
  const begun = Promise.withResolvers<void>()
  let rows = 0
  const drive = async (): Promise<void> => {
    for (const block of market) {
      await systemClock.sleep(Math.max(0, began + (rows / rowsPerSecond) * 1000 - performance.now()), over.signal)
      if (over.signal.aborted) return
      const writing = [...spread([block], partitions)].map(async ([partition, parts]) => {
        await log.append(topic, partition, parts)
        for (const part of parts) {
          schemas.set(part.schema.id, part.schema)
          fed[partition]!.push(Buffer.from(encodeBlock(part)))
        }
      })
      await Promise.all(writing)
      rows += block.count
      begun.resolve()
    }
  }
  const driven = drive()
  const failed = driven.then(() => new Promise<never>(() => undefined))
  failed.catch(() => undefined)
  return {
    failed,
    begun: begun.promise,
    fed: () => fed.map(records => records.map(bytes => decodeBlock(bytes, id => schemas.get(id)))),
    rows: () => rows,
    stop() {
      over.abort()
      return driven
    },
  }
}
