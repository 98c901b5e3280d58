import type { ActorStatus } from '../../engine/actor/status.ts'
import { messageOf } from '../../engine/errors.ts'
import type { RunObservation, SinkObservation } from '../../engine/run/observe.ts'
import type { Clock } from '../../engine/time/clock.ts'
import { formatMicros } from '../../engine/time/stamp.ts'

/** One thing that must work before the process is ready. */
export interface Check {
  /** 'mean-reversion/0', 'broker'. */
  readonly name: string
  /** What it lacks, as a sentence goes on behind its name: 'restoring'. Null when all is well. A throw is a reason. */
  reason(): Promise<string | null>
}

export interface Finding {
  readonly name: string
  readonly isReady: boolean
  readonly reason: string | null
  /** When it was first seen to be so, of all times it was looked at; null when it is ready. */
  readonly since: string | null
}

/** Longest wait for a check, milliseconds; a prober waits for some seconds. */
const CHECK_MS = 2_000

/** A check that remembers since when it fails. */
export const rememberingCheck = ({ name, reason }: Check, clock: Clock): (() => Promise<Finding>) => {
  let since: string | null = null
  return async () => {
    const found = await inTime(reason, clock)
    since = found === null ? null : (since ?? formatMicros(clock.now()))
    return { name, isReady: found === null, reason: found, since }
  }
}

const inTime = async (reason: Check['reason'], clock: Clock): Promise<string | null> => {
  const answered = new AbortController()
  const late = clock.sleep(CHECK_MS, answered.signal).then(() => `no answer within ${CHECK_MS / 1000} s`)
  return Promise.race([reason().catch(messageOf), late]).finally(() => answered.abort())
}

/** A run is ready while it steps its mailbox, and when it has come to the end of it. */
export const runCheck = (name: string, observe: () => Promise<RunObservation>): Check => ({
  name,
  reason: async () => lackOf((await observe()).actor),
})

const lackOf = ({ state, failures, topic, partition, end }: ActorStatus): string | null => {
  if (state === 'restoring') return 'restoring'
  if (state === 'restarting' || state === 'stopped') {
    const code = failures.findLast(({ answer }) => answer === (state === 'stopped' ? 'stopped' : 'restarted'))?.code
    return code === undefined ? state : `${state} after ${code}`
  }
  return state === 'running' && end === null ? `the log of ${topic}/${partition} does not answer` : null
}

/** A sink is ready while its server takes what it sends. */
export const sinkCheck = (observe: () => SinkObservation): Check => ({
  name: observe().task,
  async reason() {
    const { waitingFor } = observe()
    return waitingFor === null ? null : `waits for ${waitingFor}`
  },
})
