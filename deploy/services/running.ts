import { containerRuns, endContainer } from './container.ts'
import { END_MS, end, isAlive, look } from './process.ts'
import { isReady, READY_MS, untilReady, type Waiting } from './readiness.ts'
import type { ServiceName, ServiceRecord } from './record.ts'
import { lastWords } from './service.ts'

/** How a server does that was started. */
export interface State {
  readonly service: ServiceName
  /** Silent: it lives, and does not do its work after a minute. Ended: by itself, nobody took it down. */
  readonly state: 'ready' | 'starting' | 'silent' | 'ended'
  readonly version: string
  readonly addresses: ServiceRecord['addresses']
  /** Null in a container, and when it has ended. */
  readonly pid: number | null
  /** Bytes; null as above. */
  readonly memory: number | null
  readonly uptimeMs: number | null
  /** A file, or the command that shows it. */
  readonly log: string
}

export const runs = async (record: ServiceRecord): Promise<boolean> =>
  record.type === 'process' ? isAlive(record) : containerRuns(record.container)

/** Comes back when it is gone. */
export const endServer = (record: ServiceRecord): Promise<void> =>
  record.type === 'process' ? end(record, END_MS) : endContainer(record.container)

/** Somebody else started it. Fails: fault SERVICE_START. */
export const untilItIsReady = (record: ServiceRecord, waiting: Waiting): Promise<void> =>
  untilReady(record, {
    ...waiting,
    isAlive: () => runs(record),
    lastWords: async () => (record.type === 'process' ? lastWords(record.log) : record.log),
  })

export const stateOf = async (record: ServiceRecord): Promise<State> => {
  const { name, version, addresses, log, startedAt } = record
  const known = { service: name, version, addresses, log }
  if (!(await runs(record))) return { ...known, state: 'ended', pid: null, memory: null, uptimeMs: null }
  const uptimeMs = Date.now() - startedAt
  const state = (await isReady(name, addresses)) ? 'ready' : uptimeMs < READY_MS ? 'starting' : 'silent'
  const seen = record.type === 'process' ? look(record.pid) : null
  return { ...known, state, pid: seen?.pid ?? null, memory: seen?.memory ?? null, uptimeMs }
}
