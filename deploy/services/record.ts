import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import type { ProcessId } from './process.ts'

export type ServiceName = 'Kafka' | 'QuestDB' | 'Prometheus'

/** 'host:port' or a URL by what it is for; the first is the one that people ask for. */
export type Addresses = Readonly<Record<string, string>>

interface Started {
  readonly name: ServiceName
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly addresses: Addresses
  /** A file, or the command that shows it. */
  readonly log: string
}

/** What is written down beside the data of a server that was started. */
export type ServiceRecord = ProcessRecord | ContainerRecord

export interface ProcessRecord extends Started, ProcessId {
  readonly type: 'process'
}

export interface ContainerRecord extends Started {
  readonly type: 'container'
  readonly container: string
}

const FILE = 'service.json'

/** The whole of it or nothing, whenever the plug is pulled. */
export const writeRecord = (folder: string, record: ServiceRecord): void => {
  const draft = join(folder, `${FILE}.draft`)
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { flush: true })
  renameSync(draft, join(folder, FILE))
}

export const removeRecord = (folder: string): void => rmSync(join(folder, FILE), { force: true })

/** The server that was started in this folder, whether or not it still runs. Fails: fault SERVICE_RECORD. */
export const recordIn = (folder: string): ServiceRecord | null => {
  const path = join(folder, FILE)
  const text = orNothing(() => readFileSync(path, 'utf8'))
  if (text === null) return null
  try {
    const { type, name, addresses, ...rest } = JSON.parse(text)
    if ((type === 'process' || type === 'container') && name && addresses) return { type, name, addresses, ...rest }
  } catch {
    // Told as what else is no record.
  }
  throw new MillraceError(
    'SERVICE_RECORD',
    `${path} does not say what runs there, found ${JSON.stringify(text.slice(0, 60))}`,
  )
}

/** Those of all folders in this one, in the order of their names. */
export const recordsIn = (folder: string): ServiceRecord[] => {
  const names = orNothing(() => readdirSync(folder).sort()) ?? []
  return names.flatMap(name => recordIn(join(folder, name)) ?? [])
}

const orNothing = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
