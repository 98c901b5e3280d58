import type { Micros } from '../market/units.ts'
import { type Clock, systemClock } from '../time/clock.ts'

/** A clock that stands until it is moved, for tests of what waits. */
export interface ManualClock extends Clock {
  /** Moves on and wakes, in order, who is due. */
  advance(ms: number): Promise<void>
  /** Resolves when somebody sleeps: for how many milliseconds yet, the shortest. */
  asleep(): Promise<number>
}

interface Sleeper {
  readonly dueMs: number
  readonly wake: () => void
}

/**
 * Time of day and the monotonic time are the same here, and whole milliseconds.
 *
 * @example
 * const clock = manualClock()
 * const sleep = clock.sleep(1000)
 * await clock.advance(1000)
 * await sleep // => undefined
 */
export const manualClock = (startMs: number = 0): ManualClock => {
  let nowMs = startMs
  const sleepers = new Set<Sleeper>()
  const shortest = (): number => Math.min(...[...sleepers].map(({ dueMs }) => dueMs))
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      const wake = (): void => {
        sleepers.delete(sleeper)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const sleeper = { dueMs: nowMs + ms, wake }
      sleepers.add(sleeper)
      if (ms <= 0 || signal?.aborted) wake()
      else signal?.addEventListener('abort', wake)
    })
  return {
    now: () => (nowMs * 1000) as Micros,
    monotonicUs: () => nowMs * 1000,
    sleep,
    breathe: () => systemClock.breathe(),
    async *every(ms, signal) {
      for (let dueMs = nowMs + ms; ; dueMs += ms * (Math.floor(Math.max(0, nowMs - dueMs) / ms) + 1)) {
        await sleep(Math.max(0, dueMs - nowMs), signal)
        if (signal?.aborted) return
        yield (nowMs * 1000) as Micros
      }
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      while (shortest() <= untilMs) {
        nowMs = Math.max(nowMs, shortest())
        for (const sleeper of sleepers) if (sleeper.dueMs <= nowMs) sleeper.wake()
        await systemClock.breathe()
      }
      nowMs = untilMs
    },
    async asleep() {
      while (sleepers.size === 0) await systemClock.breathe()
      return shortest() - nowMs
    },
  }
}
