import { decodeState } from '../flow/state.ts'
import type { Log } from '../log/port.ts'
import { type Chains, type Digests, digestsOf } from './digests.ts'

/** What the last commit of a run tells of it: the market rows, and every digest but that of the state. */
export interface CommittedRun {
  readonly rows: number
  readonly digests: Omit<Digests, 'state'>
}

/** Null before the first commit. The run stays with whoever has it. Fails: as the log does. */
export const committedRun = async (log: Log, task: string): Promise<CommittedRun | null> => {
  const { progress } = await log.committed(task)
  return progress === null ? null : runIn(progress)
}

/** The bytes that a commit bears. */
const runIn = (progress: Uint8Array): CommittedRun => {
  const { rows, ...chains } = decodeState(progress) as Chains & { readonly rows: number }
  const { state: _, ...digests } = digestsOf(chains, '')
  return { rows, digests }
}
