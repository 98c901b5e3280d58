import { MillraceError } from '../../engine/errors.ts'
import type { Clock } from '../../engine/time/clock.ts'
import type { Postgres } from './postgres.ts'
import { tables } from './tables.ts'

/**
 * Waits until what the server has acknowledged so far can be read: it writes to its tables behind the acknowledgement.
 *
 * Fails  Fault QUESTDB_TABLE when a table is suspended, with the server's reason
 */
export const applied = async (postgres: Postgres, clock: Clock): Promise<void> => {
  const targets = new Map((await readTxns(postgres)).map(({ table, accepted }) => [table, accepted]))
  for (let waitMs = 5; ; waitMs = Math.min(250, 2 * waitMs)) {
    const behind = (await readTxns(postgres)).filter(({ table, written }) => written < (targets.get(table) ?? 0))
    if (behind.length === 0) return
    const suspended = behind.find(({ isSuspended }) => isSuspended)
    if (suspended !== undefined) {
      const { table, reason } = suspended
      throw new MillraceError(
        'QUESTDB_TABLE',
        `table ${table} is suspended: ${reason}; ALTER TABLE ${table} RESUME WAL`,
      )
    }
    await clock.sleep(waitMs)
  }
}

/** Of one of our tables: transactions that were acknowledged, and those of them that can be read. */
interface Txns {
  readonly table: string
  readonly accepted: number
  readonly written: number
  readonly isSuspended: boolean
  readonly reason: string
}

const readTxns = async (postgres: Postgres): Promise<readonly Txns[]> => {
  const rows = await postgres.query(
    'select name, sequencerTxn, writerTxn - bufferedTxnSize, suspended, errorMessage from wal_tables()',
  )
  const ours = rows.filter(([name]) => tables.some(table => table.name === name))
  return ours.map(([table, accepted, written, isSuspended, reason]) => ({
    table: String(table),
    accepted: Number(accepted),
    written: Number(written),
    isSuspended: isSuspended === true,
    reason: String(reason || 'no reason is told'),
  }))
}
