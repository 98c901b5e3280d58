import { paperVenue } from '../../connectors/paper/venue.ts'
import type { ActorEvent } from '../../engine/actor/actor.ts'
import type { Strategy } from '../../engine/flow/pipeline.ts'
import type { Log, LogSource } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { taskOf } from '../../engine/run/digests.ts'
import { type Progress, type RunEnd, runStrategy } from '../../engine/run/run-strategy.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { venueOf } from '../listed.ts'
import type { Plan } from '../manifest.ts'
import { resultOf } from '../run.ts'
import type { Monitor } from './monitor.ts'
import { notePart } from './notes.ts'

/** A run in a log that many share: one actor for each partition of its topic, in whichever process. */
export interface LiveRun {
  readonly name: string
  readonly plan: Plan
  readonly strategy: Strategy
  /** The shared log: under the name of the run, all that it writes. */
  readonly log: Log
  /** Where the topic is read: the same log, or one that decodes what somebody else writes. */
  readonly mailbox: LogSource
  /** Wait for more at the end, until the signal. */
  readonly follow: boolean
  readonly monitor: Monitor
  /** Whether this process has a place in the consumer group. */
  readonly onPlace: (has: boolean) => void
  /** Null when the partition is this process's no more. */
  readonly onProgress: (partition: number, progress: Progress | null) => void
  /** Hears of each turn of an actor's life. */
  readonly watch: (event: ActorEvent) => void
}

/** Steps a partition to its end, or until the signal; what it came to is noted. Fails: what stopped the actor. */
export const runPartition = async (run: LiveRun, partition: number, signal: AbortSignal): Promise<RunEnd> => {
  const { name, plan, strategy, log, mailbox, follow, monitor, onProgress, watch } = run
  const { params, tape, startBalance, currency, mode, from, to } = plan
  const own = scopedLog(log, name)
  const task = taskOf(name, partition)
  let unwatch = monitor.watchCheck({ name: task, reason: async () => 'starting' })
  const end = await runStrategy(
    {
      ...{ name, strategy, params, startBalance, mode, follow, log: own, clock: systemClock },
      tape: { log: mailbox, topic: tape.topic, partition },
      venue: () => paperVenue(venueOf(plan)),
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
      onProgress: progress => onProgress(partition, progress),
      watch,
      observe(observe) {
        unwatch()
        unwatch = monitor.watch(task, observe, currency)
      },
    },
    signal,
  )
  // What has come to its end is still shown; what another process goes on with is not.
  if (end.actor.type !== 'finished') {
    unwatch()
    onProgress(partition, null)
  }
  if (end.actor.type === 'stopped') throw end.actor.error
  // Also of a part: what was done until now can be replayed until now.
  const isWhole = end.actor.type === 'finished'
  await notePart(own, partition, { ...(await resultOf(end, plan, own, task)), isWhole })
  return end
}
