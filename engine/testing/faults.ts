import { MillraceError } from '../errors.ts'
import type { Log } from '../log/port.ts'

export interface PlannedFault {
  readonly call: 'append' | 'commit' | 'end' | 'fence'
  /** The nth call fails, counted from 1. */
  readonly nth: number
  /** `refused`: nothing was done. `unknown`: it was done, and the answer got lost. */
  readonly outcome: 'refused' | 'unknown'
  /** Without it the supervisor does not try again: the actor ends there, as if it had been killed. */
  readonly retryAfterMs?: number
}

/**
 * A log that fails as planned with Fault LOG_IO, and otherwise is the log it is given.
 *
 * @example
 * const log = faultyLog(memoryLog(), [{ call: 'end', nth: 2, outcome: 'refused' }])
 * await log.end('quotes', 0) // => 0
 * await log.end('quotes', 0).catch(error => error.code) // => 'LOG_IO'
 */
export const faultyLog = (log: Log, faults: readonly PlannedFault[]): Log => {
  const calls = { append: 0, commit: 0, end: 0, fence: 0 }
  const failing =
    <Args extends readonly unknown[], T>(call: PlannedFault['call'], act: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const nth = ++calls[call]
      const fault = faults.find(planned => planned.call === call && planned.nth === nth)
      if (fault === undefined) return act(...args)
      if (fault.outcome === 'unknown') await act(...args)
      const retry = fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }
      throw new MillraceError('LOG_IO', `${call} number ${nth}: ${fault.outcome}, as planned`, retry)
    }
  return {
    ...log,
    append: failing('append', log.append),
    commit: failing('commit', log.commit),
    end: failing('end', log.end),
    fence: failing('fence', log.fence),
  }
}
