import { MillraceError } from '../../engine/errors.ts'
import type { QuestdbAddress } from './config.ts'
import { type Answer, openHttp, type Settings } from './http.ts'
import { type MigrateOptions, migrate } from './migrate.ts'
import { type Notes, openNotes } from './notes.ts'
import { openPostgres, type Postgres } from './postgres.ts'
import { type CheckTables, openStanding } from './standing.ts'

/** A QuestDB that was found, checked and migrated. */
export interface Questdb extends Postgres {
  /** Lines of the line protocol, as one request. */
  readonly send: (lines: Uint8Array) => Promise<Answer>
  readonly note: Notes['write']
  readonly checkTables: CheckTables
}

export interface QuestdbOptions extends MigrateOptions {
  readonly address: QuestdbAddress
  /** Default false. A reader looks at what is there: nothing is created or changed. */
  readonly readOnly?: boolean
  /** Longest wait for an answer to a request, milliseconds. Default 10,000. */
  readonly answerMs?: number
}

/** The line protocol with doubles in binary. */
const PROTOCOL = 2

/**
 * A QuestDB as the store of ticks and of what was made of them: `runSink` fills it from topics, `readRecords` gives
 * topics back, `verify` compares the two.
 *
 * Delivers  What was acknowledged survives the death of the server's process, and a power cut where the server has
 *           cairo.commit.mode=sync; it can be read a little later. A row that is sent twice is stored once.
 * Blocks    Nothing by itself.
 * Ends      `close` waits for queries and notes that were called.
 * Fails     Fault QUESTDB_DOWN; usage QUESTDB_LOGIN, QUESTDB_VERSION; Fault QUESTDB_READ_ONLY, QUESTDB_TABLE. Each at
 *           once: who wants to wait for a server opens again.
 *
 * @example
 * const questdb = await openQuestdb({ address: parseQuestdb('questdb://127.0.0.1') })
 */
export const openQuestdb = async (options: QuestdbOptions): Promise<Questdb> => {
  const { address, readOnly = false, answerMs } = options
  const http = openHttp(address, answerMs)
  const postgres = openPostgres(address)
  const notes = openNotes(address)
  const close = async (): Promise<void> => {
    await notes.close()
    http.close()
    await postgres.close()
  }
  try {
    const settings = await http.settings()
    if (!readOnly) checkWrites(`${address.host}:${address.http}`, settings)
    if (readOnly) await checkFilled(postgres, `${address.host}:${address.pg}`)
    else await migrate(postgres, options)
    const checkTables = openStanding(await http.tables(), http.tables)
    return { ...postgres, send: http.send, note: notes.write, checkTables, close }
  } catch (error) {
    await close()
    throw error
  }
}

const checkFilled = async (postgres: Postgres, place: string): Promise<void> => {
  const found = await postgres.query("select table_name from tables() where table_name = 'rejects'")
  if (found.length > 0) return
  throw new MillraceError('QUESTDB_TABLE', `${place} has no tables of ours: nothing was stored there yet`)
}

const checkWrites = (place: string, { version, protocols, takesWrites }: Settings): void => {
  if (!protocols.includes(PROTOCOL)) {
    const sentence = `${place} is QuestDB ${version}, which reads line protocol ${protocols.join(', ')}, expected is 2`
    throw new MillraceError('QUESTDB_VERSION', sentence)
  }
  if (!takesWrites) throw new MillraceError('QUESTDB_READ_ONLY', `${place} takes no rows over HTTP`)
}
