import { type GroupObservation, lagOf, type RunObservation } from '../../engine/run/observe.ts'
import { type CommitSample, LAG_WINDOW, type LagStatus, lagStatus } from './lag-status.ts'

/** What the last commits say of a group on a partition. */
export interface GroupStatus {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly status: LagStatus
}

/** Keeps the last commits of each group and partition, as far as scrapes have seen them. */
export interface CommitHistories {
  /** `now` is the time of day, microseconds. */
  ofRun(run: RunObservation, now: number): readonly GroupStatus[]
  ofGroup(group: GroupObservation, now: number): readonly GroupStatus[]
}

/** Most groups and partitions that are followed. */
const HISTORIES_MAX = 1024

export const commitHistories = (): CommitHistories => {
  const histories = new Map<string, History>()
  const statusOf = ({ group, topic, partition, seen, offset, lag }: Commit, now: number): GroupStatus[] => {
    const key = `${group} ${topic} ${partition}`
    const history = histories.get(key) ?? { seen: null, commits: [] }
    if (!histories.has(key)) {
      if (histories.size >= HISTORIES_MAX) return []
      histories.set(key, history)
    }
    if (history.seen !== seen) history.commits.push({ at: now, offset, lag })
    history.seen = seen
    if (history.commits.length > LAG_WINDOW) history.commits.shift()
    return [{ group, topic, partition, status: lagStatus(history.commits, lag, now) }]
  }
  return {
    ofRun({ name: group, actor }, now) {
      const { topic, partition, end, counts, committed } = actor
      if (end === null || counts.commits === 0) return []
      const { offset } = committed
      return statusOf({ group, topic, partition, seen: counts.commits, offset, lag: end.lag }, now)
    },
    ofGroup: ({ group, partitions }, now) =>
      partitions.flatMap(one => {
        const { topic, partition, committed } = one
        if (committed === null) return []
        return statusOf({ group, topic, partition, seen: committed, offset: committed, lag: lagOf(one) }, now)
      }),
  }
}

interface History {
  seen: number | null
  readonly commits: CommitSample[]
}

interface Commit extends Omit<GroupStatus, 'status'> {
  /** Another one is another commit. */
  readonly seen: number
  readonly offset: number
  readonly lag: number
}
