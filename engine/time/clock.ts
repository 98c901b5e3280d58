import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { Micros } from '../market/units.ts'

/** Time of the outside. Feeds, doors and the command line ask it; whatever decides goes by event time. */
export interface Clock {
  /** Time of day; it steps when the machine's clock is set. */
  now(): Micros
  /** Microseconds since some start, never falling: for measuring how long something took. */
  monotonicUs(): number
  /** Ends when the time is over or the signal aborts, whichever comes first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** The time of day every `ms`, until the signal aborts. A reader that is late gets one, not all that it missed. */
  every(ms: number, signal?: AbortSignal): AsyncIterable<Micros>
  /** Lets timers, signals and others have a turn; between two pieces of work that never wait. */
  breathe(): Promise<void>
}

/** The machine's clock: time of day to the millisecond. */
export const systemClock: Clock = {
  now: () => (Date.now() * 1000) as Micros,
  monotonicUs: () => performance.now() * 1000,
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal ? { signal } : undefined)
    } catch (error) {
      if (!signal?.aborted) throw error
    }
  },
  async *every(ms, signal) {
    let due = performance.now() + ms
    while (true) {
      await systemClock.sleep(Math.max(0, due - performance.now()), signal)
      if (signal?.aborted) return
      yield systemClock.now()
      const missed = Math.floor(Math.max(0, performance.now() - due) / ms)
      due += (missed + 1) * ms
    }
  },
  breathe: () => turn(),
}
