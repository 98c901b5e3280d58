/**
 * Every error of the house, by who must act, in one table.
 *
 * - `reject`: nobody; it is data. The event is refused, counted and kept.
 * - `fault`: the supervisor. The outside failed: wait, reconnect, resume from the snapshot, or stop.
 * - `defect`: a programmer. Wrong options or a broken invariant: the actor stops.
 * - `usage`: the person at the command line. Exit code 2.
 *
 * Nobody writes an error class by hand: a new error is a new row here.
 */
export const codes = {
  ASSERT: { family: 'defect', remedy: 'this is a bug: report it with the message' },
  FILE_CORRUPT: { family: 'fault', remedy: 'fetch the file again: its bytes are damaged' },
  FILE_EMPTY: { family: 'fault', remedy: 'fetch the file again, or name another one' },
  FILE_FORMAT: { family: 'usage', remedy: 'give plain, gzip or zstd text with one row a line' },
  FILE_HEADER: { family: 'usage', remedy: 'say which column is which: --columns at=0,bid=1,ask=2' },
  FILE_MISSING: { family: 'usage', remedy: 'check the path' },
  FILE_OPTION: { family: 'usage', remedy: 'correct the option of the file door' },
  FILE_READ: { family: 'fault', remedy: 'make the file readable for this user' },
  FILE_REJECTS: { family: 'fault', remedy: 'name a rejects file in a folder that can be written: --rejects FILE' },
  FILE_ROW: { family: 'reject', remedy: 'correct the row, or read without --strict' },
  FILE_TRUNCATED: { family: 'fault', remedy: 'fetch the file again: its end is missing' },
  INSTRUMENT_TICK: { family: 'usage', remedy: 'give the tick size as a decimal: --tick 0.01' },
  INSTRUMENT_UNKNOWN: { family: 'usage', remedy: 'check the name, or give its tick size: --tick 0.01' },
} as const satisfies Record<string, CodeRow>

export type Family = 'reject' | 'fault' | 'defect' | 'usage'

interface CodeRow {
  readonly family: Family
  /** What the reader can do about it: one sentence. */
  readonly remedy: string
}

export type Code = keyof typeof codes

export interface ErrorOptions {
  readonly cause?: unknown
  /** Faults only: wait this long before the next try. Without it the supervisor does not retry. */
  readonly retryAfterMs?: number
}

/** What the house throws: a code of the table, and a sentence that says what was found, what was expected, and where. */
export class MillraceError extends Error {
  override readonly name = 'MillraceError'
  readonly code: Code
  readonly family: Family
  readonly remedy: string
  readonly retryAfterMs: number | null

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.family = codes[code].family
    this.remedy = codes[code].remedy
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** A refused event, as data: what was refused, why, and where it stood. */
export interface Reject {
  readonly type: 'reject'
  readonly code: Code
  /** One sentence: found, expected. */
  readonly reason: string
  /** `file:line` or `topic/partition/offset#row`. */
  readonly place: string
}

export const isMillraceError = (error: unknown): error is MillraceError => error instanceof MillraceError

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
