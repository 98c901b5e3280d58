import { readConfig } from '../config.ts'
import { terminalOf } from '../terminal.ts'
import { type Call, callOf } from '../verb.ts'
import { verbs } from '../verbs.ts'

/** Reads the words of a command line, and does nothing of what they say. Fails: as the command line does. */
export const readCall = async ([name, ...words]: readonly string[]): Promise<Call> => {
  const entry = verbs.find(verb => verb.name === name)
  if (entry === undefined) throw new Error(`there is no verb ${name}`)
  const config = readConfig()
  return callOf(await entry.load(), words, { config, terminal: terminalOf(config), signal: AbortSignal.abort() })
}
