import { type ExecFileOptions, execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface Said {
  readonly stdout: string
  readonly stderr: string
}

const run = promisify(execFile)

/** Runs a program of the system to its end. Fails: as execFile does; `complaintOf` finds the words. */
export const runProgram = (program: string, args: readonly string[], options: ExecFileOptions = {}): Promise<Said> =>
  run(program, args, { ...options, encoding: 'utf8' })

export const isAbsent = (cause: unknown): boolean => (cause as NodeJS.ErrnoException).code === 'ENOENT'

/** What the program said went wrong: its first line of errors, else its last line. */
export const complaintOf = (cause: unknown): string => {
  const { stderr = '', stdout = '', message } = cause as Error & Partial<Said>
  const lines = `${stderr}\n${stdout}`.split('\n').filter(line => line.trim() !== '')
  const line = lines.find(said => /error|exception/i.test(said)) ?? lines.at(-1) ?? message
  return line.replace(/^\[ERROR\] /, '').trim()
}
