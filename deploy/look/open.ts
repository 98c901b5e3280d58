import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import type { Terminal } from '../terminal.ts'
import type { Flag } from '../verb.ts'

export const flagOpen: Flag = { type: 'switch', help: 'show it in the browser' }

/** Opens a file with what the system opens it with; a machine without a screen has none. */
export const openInBrowser = (terminal: Terminal, path: string): void => {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program!, [...args, pathToFileURL(path).href], { detached: true, stdio: 'ignore' })
  child.on('error', () => terminal.say(`nothing here opens a browser: ${program} is not there`))
  child.unref()
}

const openers: Readonly<Record<string, readonly string[]>> = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }
