import { type Member, membersOf } from './members.ts'
import { checkAsked, folderOf, type Plan, portsOf } from './plan.ts'
import { checkPorts } from './ports.ts'
import type { Waiting } from './readiness.ts'
import { recordIn, recordsIn, removeRecord, type ServiceName, type ServiceRecord } from './record.ts'
import { endServer, runs, type State, stateOf, untilItIsReady } from './running.ts'

/** Starts what does not run yet, all of it or nothing; what it started. Fails: usage SERVICE_PORT, and as they do. */
export const bringUp = async (plan: Plan, waiting: Waiting): Promise<ServiceName[]> => {
  const missing: Member[] = []
  const running: ServiceRecord[] = []
  for (const member of membersOf(plan)) {
    const record = recordIn(member.folder)
    if (record !== null && (await runs(record))) running.push(record)
    else missing.push(member)
  }
  for (const record of running) checkAsked(plan, record)
  await checkPorts(missing.flatMap(({ name }) => portsOf(plan, name)))
  await allOrNothing(waiting, [
    ...missing.map(({ start, folder }) => ({ folder, begin: start })),
    ...running.map(record => ({ folder: null, begin: (by: Waiting) => untilItIsReady(record, by) })),
  ])
  return missing.map(({ name }) => name)
}

/** Ends all that runs here; what it ended. */
export const takeDown = async (folder: string): Promise<ServiceName[]> => {
  const records = recordsIn(folder)
  const living = await Promise.all(records.map(runs))
  await Promise.all(records.filter((_, i) => living[i]).map(endServer))
  for (const { name } of records) removeRecord(folderOf(folder, name))
  return records.filter((_, i) => living[i]).map(({ name }) => name)
}

export const statesIn = (folder: string): Promise<State[]> => Promise.all(recordsIn(folder).map(stateOf))

interface Begun {
  /** Of a server that is ended when another fails. */
  readonly folder: string | null
  begin(by: Waiting): Promise<unknown>
}

/** The first failure ends the waiting of the others. */
const allOrNothing = async (waiting: Waiting, all: readonly Begun[]): Promise<void> => {
  const halt = new AbortController()
  const signal = waiting.signal ? AbortSignal.any([waiting.signal, halt.signal]) : halt.signal
  const begun = all.map(({ begin }) => begin({ ...waiting, signal }).catch(error => halt.abort(error)))
  await Promise.all(begun)
  if (!halt.signal.aborted) return
  const records = all.flatMap(({ folder }) => (folder === null ? [] : (recordIn(folder) ?? [])))
  await Promise.all(records.map(endServer))
  throw halt.signal.reason
}
