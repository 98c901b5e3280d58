import { isMillraceError } from '../../engine/errors.ts'
import type { LogSource } from '../../engine/log/port.ts'
import type { Clock } from '../../engine/time/clock.ts'
import type { Batch } from './batch.ts'
import { type Letter, lettersOf, noteOf } from './letters.ts'
import type { Questdb } from './questdb.ts'
import { settle } from './settle.ts'
import { rejects } from './tables.ts'

export interface Retry {
  /** Failures in a row, from 1. */
  readonly attempt: number
  readonly waitMs: number
  readonly reason: string
}

export interface DeliveryOptions {
  readonly questdb: Questdb
  /** Where refused rows are read again. */
  readonly source: {
    readonly log: LogSource
    readonly topic: string
    readonly partition: number
    readonly name: string
  }
  /** Names of the tables that rows have gone to. */
  readonly tables: () => Iterable<string>
  readonly clock: Clock
  readonly onRetry: (retry: Retry) => void
  readonly onRequest: (bytes: number) => void
}

const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 5000

/**
 * Stores a batch and notes its refused rows, however long that takes; the letters of those rows. Now and then the
 * tables are looked at: see `checkTables`.
 *
 * Fails  usage QUESTDB_LOGIN, Fault QUESTDB_TABLE, and as the log does; with the signal's reason when it aborts while
 *        the server does not answer
 */
export const deliver = async (
  options: DeliveryOptions,
  { lines, refused }: Batch,
  signal?: AbortSignal,
): Promise<readonly Letter[]> => {
  const { questdb, source, onRequest } = options
  const { bytes, starts, seqs } = lines
  const send = (from: number, to: number) =>
    persist(options, signal, async () => {
      const part = bytes.subarray(starts[from], starts[to])
      onRequest(part.length)
      const answer = await questdb.send(part)
      return answer.type === 'failed' ? answer : { type: 'done' as const, value: answer }
    })
  await settle(lines.count, send, (line, reason) => refused.push({ seq: seqs[line]!, reason, by: 'server' }))
  const letters = await lettersOf(source.log, source, refused)
  const notes = letters.map(letter => noteOf(letter, source.name))
  if (notes.length > 0) await whenUp(options, signal, () => questdb.note(rejects, notes))
  await checkTables(options, signal)
  return letters
}

/** That rows have gone to the tables that stand. Fails as `deliver` does. */
export const checkTables = (options: DeliveryOptions, signal?: AbortSignal, ageMs?: number): Promise<void> =>
  whenUp(options, signal, () => options.questdb.checkTables(options.tables(), ageMs))

/** Acts, however often the server is away. */
const whenUp = (options: DeliveryOptions, signal: AbortSignal | undefined, act: () => Promise<void>): Promise<void> =>
  persist(options, signal, async () => {
    try {
      return { type: 'done', value: await act() }
    } catch (error) {
      if (!isMillraceError(error) || error.code !== 'QUESTDB_DOWN') throw error
      return { type: 'failed', reason: error.message }
    }
  })

type Attempt<T> = { readonly type: 'done'; readonly value: T } | { readonly type: 'failed'; readonly reason: string }

/** Tries until it is done, waits longer each time, and says so. */
const persist = async <T>(
  { clock, onRetry }: DeliveryOptions,
  signal: AbortSignal | undefined,
  act: () => Promise<Attempt<T>>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    const result = await act()
    if (result.type === 'done') return result.value
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (attempt - 1))
    onRetry({ attempt, waitMs, reason: result.reason })
    await clock.sleep(waitMs, signal)
    signal?.throwIfAborted()
  }
}
