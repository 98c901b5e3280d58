import { type Client, openClient } from '../../connectors/kafka/client.ts'
import { type KafkaConfig, nameInCluster } from '../../connectors/kafka/config.ts'
import { joinGroup, type Membership } from '../../connectors/kafka/group.ts'
import { openTopics } from '../../connectors/kafka/topics.ts'
import type { Logger } from '../../connectors/metrics/logger.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { taskOf } from '../../engine/run/digests.ts'
import type { RunEnd } from '../../engine/run/run-strategy.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { keepHeads, keepPartitions, readNotes } from './notes.ts'
import type { LiveRun } from './partition.ts'
import { topicsOf } from './topics.ts'

export interface Turns {
  readonly kafka: KafkaConfig
  readonly run: LiveRun
  /** Steps a partition to its end, or until the signal. */
  readonly work: (partition: number, signal: AbortSignal) => Promise<RunEnd>
  readonly signal: AbortSignal
  readonly instanceId: string | undefined
  readonly log: Logger
}

/** How often a member that has done its part looks whether the others have done theirs. */
const LOOK_MS = 200
/** How often all look whether the topic is as it was. */
const GROWN_MS = 5_000

/**
 * Works on the partitions of the topic that the consumer group gives to this process, until all of them are at their
 * end, or until the signal; the rows that were stepped here.
 */
export const inTurn = async (turns: Turns): Promise<number> => {
  const { kafka, run, work, signal, instanceId, log } = turns
  const topic = nameInCluster(kafka, run.plan.tape.topic)
  const client = await openClient(kafka)
  try {
    const partitions = (await client.partitions([topic])).get(topic) ?? 0
    const own = scopedLog(run.log, run.name)
    await keepPartitions(own, run.plan.tape.topic, partitions)
    const topics = openTopics({ client, ...kafka })
    // What others write, they keep as long as they like: it may begin otherwise each time.
    if (run.mailbox === run.log) {
      await keepHeads(own, run.log, run.plan.tape.topic, partitions)
      await topics.declare({ topic, partitions, retentionMs: null })
    }
    await Promise.all(topicsOf(kafka, run.name, partitions).map(topics.declare))
    let rows = 0
    let held = ''
    const membership = await joinGroup({
      ...{
        client,
        group: nameInCluster(kafka, run.name),
        topics: [topic],
        signal,
        onRetry: reason => log.warn('tried again', { reason }),
      },
      ...(instanceId === undefined ? {} : { instanceId }),
      async work(partition, stop) {
        const { actor } = await work(partition, stop)
        rows += actor.counts.rows
      },
      onChange({ memberId, generation, partitions }) {
        log.debug('group', { memberId, generation, partitions: Object.fromEntries(partitions) })
        run.onPlace(generation >= 0)
        const now = [...partitions.keys()].sort((a, b) => a - b)
        if (now.join() !== held) log.info('partitions of this process', { partitions: now })
        held = now.join()
      },
    })
    await Promise.all([
      membership.ended,
      leaveWhenGrown(membership, turns, client, partitions),
      run.follow || leaveAtEnd(membership, run, partitions),
    ])
    return rows
  } finally {
    await client.close()
  }
}

/**
 * Where the topic is given more partitions, keys move to where nothing is known of them: a run that went on would hold
 * positions in markets that it no longer hears of. Fails: fault KAFKA_TOPIC, once the member has left.
 */
const leaveWhenGrown = async (
  membership: Membership,
  { kafka, run: { name, plan, log } }: Turns,
  client: Client,
  partitions: number,
): Promise<void> => {
  const { topic } = plan.tape
  const over = endOf(membership)
  const there = nameInCluster(kafka, topic)
  const count = async (): Promise<number | undefined> => (await client.partitions([there])).get(there)
  while (!over.aborted) {
    await systemClock.sleep(GROWN_MS, over)
    // A cluster that is away, or a topic, is for the others to tell.
    const found = await Promise.race([count().catch(() => undefined), systemClock.sleep(GROWN_MS, over)])
    if (found === undefined || found <= partitions) continue
    await membership.leave()
    await keepPartitions(scopedLog(log, name), topic, found)
  }
}

/** Stays until every partition is done, its own and those of others: one of them may fall out yet. */
const leaveAtEnd = async (membership: Membership, { name, plan, log }: LiveRun, partitions: number): Promise<void> => {
  const over = endOf(membership)
  while (!over.aborted) {
    if (membership.state().isDone) {
      const tasks = Array.from({ length: partitions }, (_, partition) => partition)
      const [{ results }, ...lags] = await Promise.all([
        readNotes(scopedLog(log, name)),
        ...tasks.map(one => log.lag(taskOf(name, one), plan.tape.topic, one)),
      ])
      if (lags.every(lag => lag === 0) && tasks.every(one => results.get(one)?.isWhole)) return membership.leave()
    }
    await systemClock.sleep(LOOK_MS, over)
  }
}

const endOf = ({ ended }: Membership): AbortSignal => {
  const over = new AbortController()
  ended.finally(() => over.abort()).catch(() => undefined)
  return over.signal
}
