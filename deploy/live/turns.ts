import type { RunEnd } from '../../engine/run/run-strategy.ts'
import type { Call } from '../verb.ts'
import type { LiveRun } from './partition.ts'

export type Work = (partition: number, signal: AbortSignal) => Promise<RunEnd>

/** Works on every partition of the topic side by side; the rows that were stepped. */
export const inTurn = async (call: Call, { log, plan }: LiveRun, work: Work): Promise<number> => {
  const infos = (await log.topics()).filter(({ topic }) => topic === plan.tape.topic)
  const ends = await Promise.all(infos.map(({ partition }) => work(partition, call.signal)))
  return ends.reduce((sum, { actor }) => sum + actor.counts.rows, 0)
}
