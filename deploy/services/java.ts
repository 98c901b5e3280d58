import { MillraceError } from '../../engine/errors.ts'
import { complaintOf, isAbsent, runProgram } from './program.ts'

const OLDEST = 17
const PATIENCE_MS = 20_000

/** The major version of this Java: 17, 25. Fails: usage SERVICE_JAVA, when there is none, it is broken or too old. */
export const javaVersion = async (java: string): Promise<number> => {
  const said = await runProgram(java, ['-version'], { timeout: PATIENCE_MS }).then(
    ({ stderr, stdout }) => stderr || stdout,
    (cause: unknown) => {
      const found = isAbsent(cause) ? `there is no ${java}` : `${java} -version fails: ${complaintOf(cause)}`
      throw new MillraceError('SERVICE_JAVA', `Kafka and QuestDB need Java ${OLDEST} or later, and ${found}`, { cause })
    },
  )
  const major = Number(/version "(\d+)/.exec(said)?.[1])
  if (major >= OLDEST) return major
  const found = said.split('\n')[0]
  throw new MillraceError('SERVICE_JAVA', `Kafka and QuestDB need Java ${OLDEST} or later, found ${java}: ${found}`)
}
