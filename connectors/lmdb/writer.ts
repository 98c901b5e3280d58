import { readFileSync } from 'node:fs'
import type { Database, RootDatabase } from 'lmdb'
import { MillraceError } from '../../engine/errors.ts'

/**
 * The one process that writes. It stands in the log itself, so that taking the log over is a transaction that cannot be
 * raced. The version of the entry is the number of the next write, see `writeNext`.
 */
export interface Writer {
  readonly pid: number
  /** When the process was born: a later one with the same id is another. */
  readonly birth: string
}

export type Writers = Database<Writer, string>

/** This process as the writer. */
export interface Claim {
  readonly writer: Writer
  /** The number of the next write. */
  next: number
}

const KEY = 'writer'

/** Takes the log for this process. Fails: Fault LOG_LOCKED while a process that lives holds it, this one included. */
export const takeLog = (root: RootDatabase, writers: Writers, path: string): Claim =>
  root.transactionSync(() => {
    const last = writers.getEntry(KEY)
    if (last !== undefined && last.value.birth === birthOf(last.value.pid)) {
      const who = last.value.pid === process.pid ? 'this process' : `process ${last.value.pid}`
      throw new MillraceError('LOG_LOCKED', `${who} writes the log at ${path}: end it, or open the log with readOnly`)
    }
    const writer = { pid: process.pid, birth: birthOf(process.pid)! }
    const next = (last?.version ?? 0) + 1
    writers.putSync(KEY, writer, next)
    return { writer, next }
  })

/**
 * Makes the changes as one transaction, if the write before it was kept and nobody has taken the log since; else it
 * changes nothing and answers false. So writes that overlap in time are a chain: when one fails, none behind it is kept
 * and there is no hole; and whoever lost the log, however that came about, writes no more.
 */
export const writeNext = (writers: Writers, claim: Claim, change: () => void): Promise<boolean> => {
  const number = claim.next++
  return writers.ifVersion(KEY, number, () => {
    change()
    writers.put(KEY, claim.writer, number + 1)
  })
}

/**
 * True when the log has the write of that number. lmdb may answer that a transaction was kept whose commit failed on a
 * full disk: so it is looked up before it is acknowledged.
 */
export const hasWrite = (root: RootDatabase, writers: Writers, number: number): boolean => {
  root.resetReadTxn()
  return (writers.getEntry(KEY)?.version ?? 0) > number
}

/** What stands for "nobody": the next process need not ask whether this one lives. */
export const nobody: Writer = { pid: 0, birth: 'nobody' }

/** Undefined when no such process lives. Where the system does not tell a birth, being alive has to do. */
const birthOf = (pid: number): string | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return fields[0] === 'Z' ? undefined : `${boot}/${fields[19]}`
  } catch {
    return isAlive(pid) ? 'unknown' : undefined
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
