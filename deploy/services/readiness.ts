import { setTimeout as sleep } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import { hasCoordinators } from './coordinators.ts'
import { isOpen } from './ports.ts'
import type { Addresses, ServiceName, ServiceRecord } from './record.ts'

/** Who waits for a server, and how. */
export interface Waiting {
  readonly signal?: AbortSignal
  /** Hears what is waited for, many times a second. */
  readonly waits?: (what: string) => void
}

/** What is known of a server on its way. */
export interface Sight {
  isAlive(): Promise<boolean>
  lastWords(): Promise<string>
}

/** A cold start takes 5 s, on a busy machine 16 s. */
export const READY_MS = 60_000
const LOOK_MS = 50

/** Comes back when the server does its work. Fails: fault SERVICE_START, when it ends before or takes too long. */
export const untilReady = async ({ name, addresses }: ServiceRecord, by: Waiting & Sight): Promise<void> => {
  const [where] = Object.values(addresses)
  const since = performance.now()
  while (!(await isReady(name, addresses))) {
    by.signal?.throwIfAborted()
    if (!(await by.isAlive())) {
      throw new MillraceError('SERVICE_START', `${name} ended before it was ready: ${await by.lastWords()}`)
    }
    const waited = performance.now() - since
    if (waited > READY_MS) {
      const found = `${name} is not ready at ${where} after ${READY_MS / 1000} s: ${await by.lastWords()}`
      throw new MillraceError('SERVICE_START', found)
    }
    by.waits?.(`${name} at ${where}, ${Math.floor(waited / 1000)} s`)
    await sleep(LOOK_MS)
  }
}

/** One look at whether a server does its work. */
export const isReady = (name: ServiceName, addresses: Addresses): Promise<boolean> => looks[name](addresses)

const looks: Readonly<Record<ServiceName, (addresses: Addresses) => Promise<boolean>>> = {
  Kafka: ({ broker }) => hasCoordinators(portOf(broker!)),
  QuestDB: async ({ http, pg, health, ilp }) =>
    (await isFound(`${health}/status`)) &&
    (await isFound(`${http}/exec?query=select%201`)) &&
    (await isOpen(portOf(pg!))) &&
    (await isOpen(portOf(ilp!))),
  Prometheus: ({ web }) => isFound(`${web}/-/ready`),
}

const LOOK_LIMIT_MS = 2_000

/** Whether a GET is answered with 200. */
const isFound = async (url: string): Promise<boolean> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LOOK_LIMIT_MS) })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}

/** Of 'host:port' or of a URL. */
export const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))
