import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { MillraceError, messageOf } from '../../engine/errors.ts'

const run = promisify(execFile)

const OLDEST = 17
const PATIENCE_MS = 20_000

/** The major version of this Java: 17, 25. Fails: usage SERVICE_JAVA, when there is none, it is broken or too old. */
export const javaVersion = async (java: string): Promise<number> => {
  const said = await run(java, ['-version'], { timeout: PATIENCE_MS }).then(
    ({ stderr, stdout }) => stderr || stdout,
    (cause: unknown) => {
      const isAbsent = (cause as NodeJS.ErrnoException).code === 'ENOENT'
      const found = isAbsent ? `there is no ${java}` : `${java} -version fails: ${messageOf(cause).split('\n').at(-1)}`
      throw new MillraceError('SERVICE_JAVA', `Kafka and QuestDB need Java ${OLDEST} or later, and ${found}`, { cause })
    },
  )
  const major = Number(/version "(\d+)/.exec(said)?.[1])
  if (major >= OLDEST) return major
  const found = said.split('\n')[0]
  throw new MillraceError('SERVICE_JAVA', `Kafka and QuestDB need Java ${OLDEST} or later, found ${java}: ${found}`)
}
