import { spawnSync } from 'node:child_process'

/** What a program came to. */
interface Verdict {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of the system to its end; null where it is not installed. */
export const runProgram = (program: string, args: readonly string[]): Verdict | null => {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 })
  if (error === undefined) return { code: status, stdout, stderr }
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  throw error
}
