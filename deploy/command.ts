import { fileURLToPath } from 'node:url'
import { isMillraceError, MillraceError, messageOf } from '../engine/errors.ts'
import { readConfig, readSurroundings } from './config.ts'
import { readConfigFile } from './config-file.ts'
import { helpOf, overview } from './help.ts'
import { near } from './near.ts'
import { missingPackages } from './packages.ts'
import { type Terminal, terminalOf } from './terminal.ts'
import { callOf } from './verb.ts'
import { verbs } from './verbs.ts'
import { versions } from './versions.ts'

/** Does what the command line says; the exit code: 0 ok, 1 failed, 2 asked for in a wrong way. */
export const command = async (args: readonly string[]): Promise<number> => {
  process.stdout.on('error', leaveQuietly)
  const terminal = terminalOf(readSurroundings())
  const [name, ...rest] = args
  const entry = verbs.find(verb => verb.name === name)
  try {
    if (name === '--version' || name === '-v') return print(terminal, versions().millrace!)
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(terminal, overview())
    if (!entry) throw unknownVerb(name)
    const verb = await entry.load()
    if (rest.includes('--help') || rest.includes('-h')) return print(terminal, helpOf(entry, verb))
    const config = readConfig(await readConfigFile(process.cwd()))
    return await verb.run(callOf(verb, rest, { config, terminal, signal: interrupted(terminal) }))
  } catch (error) {
    const told = entry ? missingPackages(error, entry.name, entry.needs ?? []) : error
    return refuse(terminal, told, rest.includes('--json'))
  }
}

const print = (terminal: Terminal, text: string): number => {
  terminal.print(text)
  return 0
}

const unknownVerb = (name: string): MillraceError => {
  const known = verbs.map(verb => verb.name)
  return new MillraceError('CLI_NAME', `no verb '${name}'${near(name, known)}; there are: ${known.join(', ')}`)
}

/** Who reads our output may have enough of it: `millrace topics | head -1`. */
const leaveQuietly = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}

/** One press of Ctrl-C may come twice: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 500

/** The first Ctrl-C or SIGTERM asks for a clean end, in which what was stepped is committed; the second one kills. */
const interrupted = (terminal: Terminal): AbortSignal => {
  const controller = new AbortController()
  let first = 0
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first > SAME_PRESS_MS) process.exit(signal === 'SIGINT' ? 130 : 143)
      return
    }
    first = performance.now()
    terminal.say('stopping; once more kills')
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}

/** Errors of the house say what to do; others show where: in a strategy, or they are bugs. */
const refuse = (terminal: Terminal, error: unknown, isJson: boolean): number => {
  const isStopped = error instanceof Error && error.name === 'AbortError'
  const { code, remedy, family } = isStopped ? STOPPED : isMillraceError(error) ? error : (strategyFault(error) ?? BUG)
  const message = messageOf(error)
  if (isJson) terminal.print(JSON.stringify({ error: { code, message, remedy } }))
  if (isStopped) return 1
  const shown = isMillraceError(error) || !(error instanceof Error) ? message : (error.stack ?? message)
  terminal.say(`${terminal.style('red', code)}: ${shown}\n  ${remedy}`)
  return family === 'usage' ? 2 : 1
}

/** Who pressed Ctrl-C knows it; who reads documents gets one. */
const STOPPED = { code: 'STOPPED', remedy: 'a signal ended it before its end: start it again', family: 'fault' }
const BUG = { code: 'BUG', remedy: 'this is a bug: report it with what stands above', family: 'defect' }

/** Thrown in a file that is none of ours. */
const strategyFault = (error: unknown): typeof BUG | null => {
  const [, url, line] = /(file:[^\s()]+?):(\d+):\d+/.exec((error instanceof Error && error.stack) || '') ?? []
  if (url === undefined || url.startsWith(new URL('..', import.meta.url).href)) return null
  return { code: 'STRATEGY', remedy: `mend what threw it: ${fileURLToPath(url)}:${line}`, family: 'fault' }
}
