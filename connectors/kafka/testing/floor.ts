import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Work } from '../workers.ts'

/** Who works on what, over all members of a test. */
export interface Floor {
  readonly busy: Map<number, Set<string>>
  /** Each time that somebody began: 'a 3'. */
  readonly starts: string[]
  /** Two at once on a partition. */
  readonly overlaps: string[]
  /** Partitions times milliseconds. */
  worked: number
}

export const newFloor = (): Floor => ({ busy: new Map(), starts: [], overlaps: [], worked: 0 })

/** Works until it is told to stop, and until `end` is there, or for so many milliseconds longer. */
export const workOn =
  (floor: Floor, name: string, end: number | Promise<void> = 0): Work =>
  async (partition, signal) => {
    const others = floor.busy.get(partition) ?? new Set()
    if (others.size > 0) floor.overlaps.push(`${partition}: ${[...others]} and ${name}`)
    floor.busy.set(partition, others.add(name))
    floor.starts.push(`${name} ${partition}`)
    const began = performance.now()
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
    floor.worked += performance.now() - began
    await (typeof end === 'number' ? end > 0 && delay(end) : end)
    others.delete(name)
  }

/** How many partitions each works on. */
export const held = ({ busy }: Floor): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const names of busy.values()) for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Fails when they do not in time. */
export const untilHeld = async (
  floor: Floor,
  counts: Readonly<Record<string, number>>,
  timeoutMs: number = 60_000,
): Promise<void> => {
  for (const begun = performance.now(); !isDeepStrictEqual(held(floor), counts); await delay(10)) {
    const [found, expected] = [held(floor), counts].map(one => JSON.stringify(one))
    if (performance.now() - begun > timeoutMs) throw new Error(`they work on ${found}, expected is ${expected}`)
  }
}
