import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

export const writeRecord = (folder: string, record: ServiceRecord): void =>
  writeFileSync(join(folder, FILE), `${JSON.stringify(record, null, 2)}\n`)

export const removeRecord = (folder: string): void => rmSync(join(folder, FILE), { force: true })

/** The server that was started in this folder, whether or not it still runs. */
export const recordIn = (folder: string): ServiceRecord | null => {
  const text = orNothing(() => readFileSync(join(folder, FILE), 'utf8'))
  return text === null ? null : (JSON.parse(text) as ServiceRecord)
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
