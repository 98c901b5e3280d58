import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { makeFolder } from '../files.ts'
import { complaintOf, isAbsent, runProgram } from './program.ts'

/** Where the jars of both servers are, by version: they are fetched once. */
export interface Jars {
  readonly kafka: string
  readonly kafkaVersion: string
  readonly questdb: string
  readonly questdbVersion: string
}

const POM = join(import.meta.dirname, 'pom.xml')
const PATIENCE_MS = 10 * 60_000
const LOOK_MS = 500

/** Where they are or would be. The versions stand in pom.xml and nowhere else. */
export const jarsIn = (library: string): Jars => {
  const pom = readFileSync(POM, 'utf8')
  const version = (name: string): string => new RegExp(`<${name}.version>(.+)</`).exec(pom)![1]!
  const [kafkaVersion, questdbVersion] = [version('kafka'), version('questdb')]
  return {
    kafka: join(library, `kafka-${kafkaVersion}`),
    kafkaVersion,
    questdb: join(library, `questdb-${questdbVersion}`),
    questdbVersion,
  }
}

export const hasJars = ({ kafka, questdb }: Jars): boolean => existsSync(kafka) && existsSync(questdb)

/** By library: the two servers ask at the same time. */
const fetching = new Map<string, Promise<Jars>>()

/** Fetches by Maven what is not there yet. Fails: fault SERVICE_FETCH. */
export const fetchJars = (library: string, waits?: (what: string) => void): Promise<Jars> => {
  const jars = jarsIn(library)
  if (hasJars(jars)) return Promise.resolve(jars)
  const begun = fetching.get(library) ?? fetchByMaven(library, jars, waits).finally(() => fetching.delete(library))
  fetching.set(library, begun)
  return begun
}

const fetchByMaven = async (library: string, jars: Jars, waits?: (what: string) => void): Promise<Jars> => {
  makeFolder(library)
  const draft = mkdtempSync(join(library, 'draft-'))
  const timer = setInterval(() => waits?.(`Maven, which fetches the servers once: ${countIn(draft)} files`), LOOK_MS)
  try {
    await runProgram('mvn', ['-B', '-q', '-f', POM, `-Dto=${draft}`, 'package'], { timeout: PATIENCE_MS })
    moveIn(join(draft, 'kafka'), jars.kafka)
    moveIn(join(draft, 'questdb'), jars.questdb)
    return jars
  } catch (cause) {
    const found = isAbsent(cause) ? 'there is no mvn on the PATH' : complaintOf(cause)
    throw new MillraceError('SERVICE_FETCH', `Maven did not bring Kafka and QuestDB: ${found}`, { cause })
  } finally {
    clearInterval(timer)
    rmSync(draft, { recursive: true, force: true })
  }
}

const countIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length

/** Whole or not at all; another process may have been faster. */
const moveIn = (from: string, to: string): void => {
  if (!existsSync(to)) renameSync(from, to)
}
