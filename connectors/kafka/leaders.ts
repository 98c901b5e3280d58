/** A topic as brokers describe it. */
export interface TopicMetadata {
  readonly topic: string
  readonly partitionMetadata: readonly Partition[]
}

interface Partition {
  readonly partitionId: number
  readonly leader: number
}

/** Who leads the partitions of topics, as far as brokers were asked. */
export interface Leaders {
  /**
   * The node; `NOBODY` while there is none, null when there is no such partition. Fails when its topic was there
   * before: brokers that come up know less than they did.
   */
  of(topic: string, partition: number): Promise<number | null>
  /** Partitions of the topics that exist, of those named or of all. */
  partitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  forget(): void
  /** The topic was deleted, and is not missed. */
  dropped(topic: string): void
}

export const NOBODY = -1

/**
 * What was heard so long ago is asked again while it still counts: a leader that is cut off from the other brokers does
 * not know that it leads no more, and answers.
 */
const OLD_MS = 30_000

interface Heard {
  readonly partitions: readonly Partition[]
  at: number
}

/** `ask` describes topics, of those named or of all; it fails as a whole for one that is not there. */
export const openLeaders = (ask: (topics: readonly string[]) => Promise<readonly TopicMetadata[]>): Leaders => {
  const heard = new Map<string, Heard>()
  /** Topics that somebody relies on: one that a broker does not know for a moment must not seem to be empty. */
  const met = new Set<string>()
  const describe = async (topics: readonly string[]): Promise<readonly TopicMetadata[]> => {
    const found = await ask(topics)
    for (const { topic, partitionMetadata } of found) heard.set(topic, { partitions: partitionMetadata, at: now() })
    return found
  }
  const known = (topic: string): readonly Partition[] | undefined => {
    const found = heard.get(topic)
    if (found !== undefined && now() - found.at > OLD_MS) {
      found.at = now()
      describe([topic]).catch(() => undefined)
    }
    return found?.partitions
  }
  return {
    async of(topic, partition) {
      const asked = async () => (await describe([topic]))[0]?.partitionMetadata
      // What was answered counts, also when it has been forgotten since.
      const leader =
        leaderIn(known(topic), partition) ??
        leaderIn(await (met.has(topic) ? asked() : ignoringUnknown(asked)), partition)
      if (leader !== null) met.add(topic)
      if (leader === NOBODY) heard.delete(topic)
      return leader
    },
    async partitions(topics) {
      const found = topics.length === 0 ? await describe([]) : await eachDescribed(topics, describe)
      if (topics.length > 0) for (const { topic } of found) met.add(topic)
      return new Map(found.map(({ topic, partitionMetadata }) => [topic, partitionMetadata.length]))
    },
    forget: () => heard.clear(),
    dropped: topic => void met.delete(topic),
  }
}

/** No clock that is set does anything to it. */
const now = (): number => performance.now()

const leaderIn = (partitions: readonly Partition[] | null | undefined, partition: number): number | null =>
  partitions?.find(({ partitionId }) => partitionId === partition)?.leader ?? null

/** One at a time: an answer about several fails as a whole for one that is not there. */
const eachDescribed = async (
  topics: readonly string[],
  describe: (topics: readonly string[]) => Promise<readonly TopicMetadata[]>,
): Promise<readonly TopicMetadata[]> => {
  const found = await Promise.all(topics.map(topic => ignoringUnknown(() => describe([topic]))))
  return found.flatMap(described => described ?? [])
}

const ignoringUnknown = async <T>(ask: () => Promise<T>): Promise<T | null> => {
  try {
    return await ask()
  } catch (error) {
    if ((error as { type?: unknown }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return null
    throw error
  }
}
