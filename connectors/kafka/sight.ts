import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { PartitionReader } from './reader.ts'

/**
 * A transaction that was committed is seen a few milliseconds later, when its marks are written. Whoever writes sees
 * what it wrote: its own reads wait for that.
 */
export interface Sight {
  /** The end of a partition, with all that this process has committed to it. */
  end(topic: string, partition: number): Promise<number>
  /** The offset, when what this process has committed before it can be seen. */
  upTo(topic: string, partition: number, offset: number): Promise<number>
  /** This process has committed something that begins at the offset. */
  expect(topic: string, partition: number, offset: number): void
  forget(topic: string): void
  /** Resolves when all can be seen. */
  settled(): Promise<unknown>
}

const PATIENCE_MS = 30_000

export const openSight = (reader: PartitionReader): Sight => {
  /** The last offset of each partition that is not known to be seen. */
  const expected = new Map<string, { readonly topic: string; readonly partition: number; readonly offset: number }>()
  const end = async (topic: string, partition: number): Promise<number> => {
    const name = `${topic}/${partition}`
    for (const begun = performance.now(); ; await delay(1)) {
      const found = await reader.end(topic, partition)
      const awaited = expected.get(name)
      if (awaited === undefined) return found
      if (found > awaited.offset) {
        if (expected.get(name) === awaited) expected.delete(name)
        return found
      }
      if (performance.now() - begun > PATIENCE_MS)
        throw new MillraceError('KAFKA_AWAY', `${name}: what was committed at ${awaited.offset} is not seen yet`, {
          retryAfterMs: 1000,
        })
    }
  }
  return {
    end,
    async upTo(topic, partition, offset) {
      const awaited = expected.get(`${topic}/${partition}`)
      if (awaited !== undefined && awaited.offset < offset) await end(topic, partition)
      return offset
    },
    expect: (topic, partition, offset) => void expected.set(`${topic}/${partition}`, { topic, partition, offset }),
    forget(topic) {
      for (const [name, awaited] of expected) if (awaited.topic === topic) expected.delete(name)
    },
    settled: () => Promise.all([...expected.values()].map(({ topic, partition }) => end(topic, partition))),
  }
}
