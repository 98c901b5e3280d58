import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a call of the command line came to. */
export interface Done {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Call {
  /** MILLRACE_HOME. */
  readonly home: string
  readonly cwd?: string
  /** The program; default: that of the checkout. */
  readonly main?: string
  /** Variables beside those that this process has. */
  readonly env?: Readonly<Record<string, string>>
  /** Options of node, ahead of the program. */
  readonly node?: readonly string[]
  /** What the shell is told first: 'ulimit -f 100'. */
  readonly shell?: string
  /** Hears of the child as soon as it runs. */
  readonly started?: (child: ChildProcess) => void
}

const MAIN = join(import.meta.dirname, '..', 'main.ts')

/** The command line as people start it: a process of its own, with pipes for a terminal. */
export const millrace = (args: readonly string[], call: Call): Promise<Done> =>
  new Promise((resolve, reject) => {
    const env = Object.entries({ MILLRACE_HOME: call.home, ...call.env }).map(([name, value]) => `${name}=${value}`)
    const command = ['env', ...env, process.execPath, ...(call.node ?? []), call.main ?? MAIN, ...args]
    const [file, ...words] = call.shell ? ['sh', '-c', `${call.shell}; exec "$@"`, 'sh', ...command] : command
    const child = spawn(file!, words, { cwd: call.cwd ?? call.home })
    const texts = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', text => {
        texts[name] += text
      })
    }
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }))
    call.started?.(child)
  })

/** The one JSON document on stdout; throws when there is anything else. */
export const documentOf = ({ stdout }: Done): Record<string, unknown> => JSON.parse(stdout)

/** Folders for one suite, gone after it. */
export const folders = (): { readonly make: () => string; readonly remove: () => void } => {
  const made: string[] = []
  return {
    make() {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
      made.push(folder)
      return folder
    },
    remove() {
      for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
    },
  }
}
