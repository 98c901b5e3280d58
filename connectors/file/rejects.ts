import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { MillraceError, messageOf } from '../../engine/errors.ts'

/** The rows that the door did not take, or took with a mark, as a file of its own. Made when the first row comes. */
export interface RejectsFile {
  write(line: number, reason: string, outcome: 'refused' | 'kept', row: string): void
  /** Writes what waits in memory. */
  flush(): void
  close(): void
}

/**
 * Writes `line,reason,outcome,row`: the line number in the unpacked file, and the original line in quotes.
 *
 * A file of that name from an earlier run is removed at once, so that what lies there always belongs to the last run;
 * what is no file, like /dev/null, stays.
 *
 * Fails  fault FILE_REJECTS when the file cannot be written
 */
export const rejectsFile = (path: string): RejectsFile => {
  let file = -1
  let waiting = ''
  const guarded = (act: () => void): void => {
    try {
      act()
    } catch (cause) {
      throw new MillraceError('FILE_REJECTS', `cannot write the rejects file ${path}: ${messageOf(cause)}`, { cause })
    }
  }
  const flush = (): void =>
    guarded(() => {
      if (waiting === '') return
      if (file < 0) file = openSync(path, 'w')
      writeSync(file, waiting)
      waiting = ''
    })

  guarded(() => {
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) rmSync(path)
  })
  return {
    write: (line, reason, outcome, row) => {
      if (file < 0 && waiting === '') waiting = 'line,reason,outcome,row\n'
      waiting += `${line},${reason},${outcome},"${row.replaceAll('"', '""')}"\n`
      if (waiting.length >= FLUSH_CHARS) flush()
    },
    flush,
    close: () => {
      flush()
      if (file >= 0) closeSync(file)
      file = -1
    },
  }
}

/** Text that waits in memory before it is written. */
const FLUSH_CHARS = 64 * 1024
