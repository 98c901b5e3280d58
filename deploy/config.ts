import { dirname, join, resolve } from 'node:path'

/** What the environment says; asked here and nowhere else. */
export interface Config {
  /** Where tapes and runs are kept: MILLRACE_HOME, or `.millrace` in the working folder. */
  readonly home: string
  /** The log of recorded topics. */
  readonly tapes: string
  readonly runs: string
  /** Data and logs of the servers that `up` starts. */
  readonly services: string
  /** Their jars, fetched once for this checkout: MILLRACE_LIBRARY, or the same place in all working folders. */
  readonly library: string
  /** The Java that runs them: that of JAVA_HOME, or the one on the PATH. */
  readonly java: string
  /** A run of the tests in which those against real servers cannot run is a failure: CI, MILLRACE_REQUIRE_SERVERS. */
  readonly mustHaveServers: boolean
  /** Passwords that stand in no address: MILLRACE_KAFKA_PASSWORD, MILLRACE_QUESTDB_PASSWORD. */
  readonly secrets: { readonly kafka: string | undefined; readonly questdb: string | undefined }
  /** Progress is for people who watch: not for pipes, not for CI. */
  readonly isWatched: boolean
  /** Off where either output is a pipe, and with NO_COLOR. */
  readonly hasColour: boolean
  readonly columns: number
  /** Where programs are looked for: PATH. */
  readonly path: string
}

export const readConfig = (): Config => {
  const { MILLRACE_HOME, MILLRACE_KAFKA_PASSWORD, MILLRACE_QUESTDB_PASSWORD, NO_COLOR, CI } = process.env
  const { MILLRACE_LIBRARY, MILLRACE_REQUIRE_SERVERS, JAVA_HOME, PATH = '' } = process.env
  const home = resolve(MILLRACE_HOME || '.millrace')
  const { stdout, stderr } = process
  return {
    home,
    tapes: join(home, 'log'),
    runs: join(home, 'runs'),
    services: join(home, 'services'),
    library: resolve(MILLRACE_LIBRARY || join(dirname(import.meta.dirname), '.millrace', 'services', 'lib')),
    java: JAVA_HOME ? join(JAVA_HOME, 'bin', 'java') : 'java',
    mustHaveServers: Boolean(CI || MILLRACE_REQUIRE_SERVERS),
    secrets: { kafka: MILLRACE_KAFKA_PASSWORD, questdb: MILLRACE_QUESTDB_PASSWORD },
    isWatched: stderr.isTTY === true && !CI,
    hasColour: stdout.isTTY === true && stderr.isTTY === true && !NO_COLOR,
    columns: stderr.columns || 80,
    path: PATH,
  }
}
