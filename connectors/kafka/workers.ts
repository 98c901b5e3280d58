import type { Clock } from '../../engine/time/clock.ts'

/**
 * Works on a partition, to its end or until the signal: then it comes back as soon as what it has done is kept. The
 * reason of the signal is 'revoked' when another member waits, 'lost' when another member may already be at it.
 */
export type Work = (partition: number, signal: AbortSignal) => Promise<void>

/**
 * - `working`, and `done` when it has come back by itself: it still is this member's
 * - `stopping`: told to, and another member waits
 * - `lost`: told to, and nobody waits
 * - `overdue`: it did not stop in time, and nobody waits any longer
 */
export type WorkerStatus = 'working' | 'done' | 'stopping' | 'lost' | 'overdue'

export interface WorkersOptions {
  readonly work: Work
  /** So long others wait for one that was told to stop. */
  readonly stopMs: number
  readonly clock: Clock
  readonly onChange: () => void
  /** It has failed, and how it stood. */
  readonly onFailure: (error: unknown, status: WorkerStatus) => void
}

/** A worker for each partition that a member has. */
export interface Workers {
  /** Starts what is new and stops what is not in it; the others go on. */
  assign(partitions: readonly number[]): void
  /** Stops all: they are another member's by now. */
  lose(): void
  /** What no other member may begin: what is assigned, and what is not yet let go of. */
  claims(): readonly number[]
  /** Some were told to stop, and are waited for. */
  areStopping(): boolean
  statuses(): ReadonlyMap<number, WorkerStatus>
}

interface Worker {
  readonly stop: AbortController
  readonly ended: AbortController
  status: WorkerStatus
}

export const openWorkers = (options: WorkersOptions): Workers => {
  const { work, stopMs, clock, onChange, onFailure } = options
  const workers = new Map<number, Worker>()
  let assigned: ReadonlySet<number> = new Set()

  const start = async (partition: number): Promise<void> => {
    const worker: Worker = { stop: new AbortController(), ended: new AbortController(), status: 'working' }
    workers.set(partition, worker)
    try {
      await work(partition, worker.stop.signal)
    } catch (error) {
      onFailure(error, worker.status)
    }
    worker.ended.abort()
    if (worker.status === 'working') worker.status = 'done'
    else release(partition)
    onChange()
  }
  const release = (partition: number): void => {
    workers.delete(partition)
    if (assigned.has(partition)) void start(partition)
  }
  const stop = async (partition: number, worker: Worker, status: 'stopping' | 'lost'): Promise<void> => {
    if (worker.status === 'done') return release(partition)
    if (worker.status !== 'working') {
      if (worker.status === 'stopping') worker.status = status
      return
    }
    worker.status = status
    worker.stop.abort(status === 'lost' ? 'lost' : 'revoked')
    await clock.sleep(stopMs, worker.ended.signal)
    if (worker.ended.signal.aborted) return
    worker.status = 'overdue'
    onChange()
  }
  const statusesThat = (is: (status: WorkerStatus) => boolean): number[] =>
    [...workers].filter(([, { status }]) => is(status)).map(([partition]) => partition)
  return {
    assign(partitions) {
      assigned = new Set(partitions)
      for (const [partition, worker] of workers) if (!assigned.has(partition)) void stop(partition, worker, 'stopping')
      for (const partition of partitions) if (!workers.has(partition)) void start(partition)
    },
    lose() {
      assigned = new Set()
      for (const [partition, worker] of workers) void stop(partition, worker, 'lost')
    },
    claims: () => [...new Set([...assigned, ...statusesThat(status => status === 'stopping')])],
    areStopping: () => statusesThat(status => status === 'stopping' || status === 'lost').length > 0,
    statuses: () => new Map([...workers].map(([partition, { status }]) => [partition, status])),
  }
}
