import { readConfig } from '../config.ts'
import { terminalOf } from '../terminal.ts'
import { type Call, callOf } from '../verb.ts'
import { run } from '../verbs/run.ts'
import { store } from '../verbs/store.ts'

/** The verbs that containers are started with. */
const started = { run, store }

/** Reads the words of a command line, and does nothing of what they say. Fails: usage CLI_FLAG, as the command line. */
export const readCall = ([name, ...words]: readonly string[]): Call => {
  const verb = started[name as keyof typeof started]
  const config = readConfig()
  return callOf(verb, words, { config, terminal: terminalOf(config), signal: AbortSignal.abort() })
}
