import { expect } from 'vitest'
import type { Code } from '../../errors.ts'
import type { Log } from '../../log/port.ts'

/** An empty log of its own for each case. */
export interface LogPlace {
  readonly log: Log
  /** Closes the log and opens the same place again; a log that is not durable stays as it is. */
  readonly reopen: () => Promise<Log>
}

/** What must hold, each said in one sentence. */
export type LogCases = Readonly<Record<string, (place: LogPlace) => Promise<void>>>

/** Matches an error by its code. */
export const code = (code: Code): object => expect.objectContaining({ code })
