import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessId } from './process.ts'

/** What is written down about a server that was started, beside its data. */
export interface ServiceRecord extends ProcessId {
  readonly name: string
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly addresses: Readonly<Record<string, string>>
  readonly logFile: string
}

const ENDING = '.service.json'

export const writeRecord = (folder: string, record: ServiceRecord): void =>
  writeFileSync(fileOf(folder, record), `${JSON.stringify(record, null, 2)}\n`)

export const removeRecord = (folder: string, record: ServiceRecord): void =>
  rmSync(fileOf(folder, record), { force: true })

/** The servers that were started in this folder; whether they still run is another question. */
export const recordsIn = (folder: string): ServiceRecord[] => {
  try {
    return readdirSync(folder)
      .filter(file => file.endsWith(ENDING))
      .sort()
      .map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ServiceRecord)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const fileOf = (folder: string, { name }: ServiceRecord): string => join(folder, `${name.toLowerCase()}${ENDING}`)
