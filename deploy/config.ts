import { join, resolve } from 'node:path'

/** What the environment says; asked here and nowhere else. */
export interface Config {
  /** Where tapes and runs are kept: MILLRACE_HOME, or `.millrace` in the working folder. */
  readonly home: string
  /** The log of recorded topics. */
  readonly tapes: string
  readonly runs: string
  /** Passwords that stand in no address: MILLRACE_KAFKA_PASSWORD, MILLRACE_QUESTDB_PASSWORD. */
  readonly secrets: { readonly kafka: string | undefined; readonly questdb: string | undefined }
  /** Progress is for people who watch: not for pipes, not for CI. */
  readonly isWatched: boolean
  /** Off where either output is a pipe, and with NO_COLOR. */
  readonly hasColour: boolean
  readonly columns: number
}

export const readConfig = (): Config => {
  const { MILLRACE_HOME, MILLRACE_KAFKA_PASSWORD, MILLRACE_QUESTDB_PASSWORD, NO_COLOR, CI } = process.env
  const home = resolve(MILLRACE_HOME || '.millrace')
  const { stdout, stderr } = process
  return {
    home,
    tapes: join(home, 'log'),
    runs: join(home, 'runs'),
    secrets: { kafka: MILLRACE_KAFKA_PASSWORD, questdb: MILLRACE_QUESTDB_PASSWORD },
    isWatched: stderr.isTTY === true && !CI,
    hasColour: stdout.isTTY === true && stderr.isTTY === true && !NO_COLOR,
    columns: stderr.columns || 80,
  }
}
