import { join, resolve } from 'node:path'

/** What the environment says; asked here and nowhere else. */
export interface Config {
  /** Where tapes and runs are kept: MILLRACE_HOME, or `.millrace` in the working folder. */
  readonly home: string
  /** The log of recorded topics. */
  readonly tapes: string
  readonly runs: string
  /** Colour and progress are for terminals: off for pipes, for CI, and with NO_COLOR. */
  readonly isTerminal: boolean
  readonly hasColour: boolean
  readonly columns: number
}

export const readConfig = (): Config => {
  const { MILLRACE_HOME, NO_COLOR, CI } = process.env
  const home = resolve(MILLRACE_HOME || '.millrace')
  const isTerminal = process.stderr.isTTY === true && !CI
  return {
    home,
    tapes: join(home, 'log'),
    runs: join(home, 'runs'),
    isTerminal,
    hasColour: isTerminal && !NO_COLOR,
    columns: process.stderr.columns ?? 100,
  }
}
