#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { readConfig } from './config.ts'
import type { Verb } from './verb.ts'

// Start-up is mostly reading TypeScript: a second start takes what the first one stripped and compiled.
enableCompileCache()

/** The verbs, each loaded when it is asked for. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  demo: async () => (await import('./verbs/demo.ts')).demo,
  import: async () => (await import('./verbs/import.ts')).importVerb,
  topics: async () => (await import('./verbs/topics.ts')).topics,
  backtest: async () => (await import('./verbs/backtest.ts')).backtest,
  replay: async () => (await import('./verbs/replay.ts')).replay,
  graph: async () => (await import('./verbs/graph.ts')).graph,
  doctor: async () => (await import('./verbs/doctor.ts')).doctor,
}

const main = async (args: readonly string[]): Promise<number> => {
  const [name, ...rest] = args
  const { MillraceError } = await import('../engine/errors.ts')
  const { callOf, helpOf, near } = await import('./verb.ts')
  const { terminalOf } = await import('./terminal.ts')
  if (name === '--version' || name === '-v') return print((await import('./versions.ts')).versions().millrace!)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(await overview())
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  const known = Object.keys(verbs)
  if (!load)
    throw new MillraceError('CLI_NAME', `no verb '${name}'${near(name, known)}; there are: ${known.join(', ')}`)
  const verb = await load()
  if (rest.includes('--help') || rest.includes('-h')) return print(helpOf(verb))
  const config = readConfig()
  const terminal = terminalOf(config, rest.includes('--json'))
  return verb.run(callOf(verb, rest, { config, terminal, signal: interrupted() }))
}

const print = (text: string): number => {
  process.stdout.write(`${text}\n`)
  return 0
}

const overview = async (): Promise<string> => {
  const all = await Promise.all(Object.values(verbs).map(load => load()))
  const lines = all.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`)
  return [
    'millrace <verb> [options]      in the checkout: npm run -s millrace -- <verb> [options]',
    '',
    ...lines,
    '',
    'millrace <verb> --help shows its options and examples. Exit codes: 0 ok, 1 failed, 2 usage.',
    'Tapes and runs are kept in .millrace, or where MILLRACE_HOME says.',
  ].join('\n')
}

/** The first Ctrl-C or SIGTERM asks for a clean end: what was stepped is committed. The second one ends the process. */
const interrupted = (): AbortSignal => {
  const controller = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}

const refuse = async (error: unknown): Promise<number> => {
  const { isMillraceError, messageOf } = await import('../engine/errors.ts')
  if (!isMillraceError(error)) {
    process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`)
    return 1
  }
  process.stderr.write(`\n${error.code}: ${error.message}\n  ${error.remedy}\n`)
  return error.family === 'usage' || error.code === 'CLI_FLAG' ? 2 : 1
}

process.exitCode = await main(process.argv.slice(2)).catch(refuse)
