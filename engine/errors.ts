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
