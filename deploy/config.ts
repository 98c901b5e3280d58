import { join, resolve } from 'node:path'

/** What the environment says; asked here and nowhere else. */
export interface Config {
  /** Where tapes and runs are kept: MILLRACE_HOME, or `.millrace` in the working folder. */
  readonly home: string
  /** The log of recorded topics. */
  readonly tapes: string
  readonly runs: string
  /** Progress is for people who watch: not for pipes, not for CI. */
  readonly isWatched: boolean
  /** Off where either output is a pipe, and with NO_COLOR. */
  readonly hasColour: boolean
  readonly columns: number
}

export const readConfig = (): Config => {
  const { MILLRACE_HOME, NO_COLOR, CI } = process.env
  const home = resolve(MILLRACE_HOME || '.millrace')
  const { stdout, stderr } = process
  return {
    home,
    tapes: join(home, 'log'),
    runs: join(home, 'runs'),
    isWatched: stderr.isTTY === true && !CI,
    hasColour: stdout.isTTY === true && stderr.isTTY === true && !NO_COLOR,
    columns: stderr.columns || 80,
  }
}
