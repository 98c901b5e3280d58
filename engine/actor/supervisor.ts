import { assert } from '../assert.ts'
import { type ActorEnd, type ActorEvent, type ActorOptions, actor } from './actor.ts'
import type { ActorStatus } from './status.ts'

export interface SuperviseOptions {
  /** Drains all, as `drain()` does. */
  readonly signal?: AbortSignal
}

export interface Supervisor {
  /** Hears of each turn in the life of each actor, until the call that it gives back. Must not throw. */
  watch(listener: (event: ActorEvent) => void): () => void
  /** Lets one actor, or all, finish its block, commit and end. */
  drain(task?: string): void
  /** How each ended, in the order they were given. */
  done(): Promise<readonly ActorEnd[]>
  status(): Promise<readonly ActorStatus[]>
}

/**
 * Runs several actors side by side in this process. One that stops does not stop the others; who depends on it watches:
 *
 * @example
 * const desk = supervise([feed, strategy])
 * desk.watch(({ type, task }) => type === 'stopped' && task === 'feed/0' && desk.drain('mean-reversion/0'))
 * const ends = await desk.done()
 */
export const supervise = (actors: readonly ActorOptions[], { signal }: SuperviseOptions = {}): Supervisor => {
  const tasks = actors.map(({ task }) => task)
  assert(new Set(tasks).size === tasks.length, `every actor has a task of its own, found ${tasks.join(', ')}`)
  const listeners = new Set<(event: ActorEvent) => void>()
  const running = actors.map(options => {
    const watch = (event: ActorEvent): void => {
      options.watch?.(event)
      for (const listener of listeners) listener(event)
    }
    const started = actor({ ...options, watch })
    const end = new AbortController()
    return { started, end, done: started.run(signal ? AbortSignal.any([signal, end.signal]) : end.signal) }
  })
  return {
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    drain(task) {
      for (const { started, end } of running) if (task === undefined || task === started.task) end.abort()
    },
    done: () => Promise.all(running.map(({ done }) => done)),
    status: () => Promise.all(running.map(({ started }) => started.status())),
  }
}
