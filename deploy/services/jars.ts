import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MillraceError } from '../../engine/errors.ts'
import { makeFolder } from '../files.ts'

const run = promisify(execFile)

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

/** Fetches by Maven what is not there yet. Fails: fault SERVICE_FETCH. */
export const fetchJars = async (library: string, waits?: (what: string) => void): Promise<Jars> => {
  const jars = jarsIn(library)
  if (hasJars(jars)) return jars
  makeFolder(library)
  const draft = mkdtempSync(join(library, 'draft-'))
  const timer = setInterval(() => waits?.(`Maven, which fetches the servers once: ${countIn(draft)} files`), LOOK_MS)
  try {
    await run('mvn', ['-B', '-q', '-f', POM, `-Dto=${draft}`, 'package'], { timeout: PATIENCE_MS })
    moveIn(join(draft, 'kafka'), jars.kafka)
    moveIn(join(draft, 'questdb'), jars.questdb)
    return jars
  } catch (cause) {
    throw new MillraceError('SERVICE_FETCH', `Maven did not bring Kafka and QuestDB: ${reasonOf(cause)}`, { cause })
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

/** Maven says what went wrong in its first line of errors, on stdout. */
const reasonOf = (cause: unknown): string => {
  const { code, stdout = '', message } = cause as NodeJS.ErrnoException & { readonly stdout?: string }
  if (code === 'ENOENT') return 'there is no mvn on the PATH'
  return /\[ERROR\] (.+)/.exec(stdout)?.[1] ?? message
}
