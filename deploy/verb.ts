import { resolve } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { MillraceError, messageOf } from '../engine/errors.ts'
import { type Config, placesIn } from './config.ts'
import { near } from './near.ts'
import { placeOf, type SettingName, type Told } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** One verb of the command line: what it takes and what it does. */
export interface Verb {
  /** 'backtest <strategy> [options]'. */
  readonly usage: string
  /** How many words may follow. */
  readonly words: number
  readonly flags: Readonly<Record<string, Flag>>
  readonly examples: readonly string[]
  /** Exit code: 0 ok, 1 failed. What is thrown becomes 2 when it is of the family `usage`, else 1. */
  run(call: Call): Promise<number>
}

export interface Flag {
  readonly type: 'text' | 'switch' | 'list'
  /** How the value is called in the help: 'FILE'. */
  readonly value?: string
  readonly help: string
  /** The values that it may have, where they can be told: shells complete them. */
  readonly choices?: readonly string[]
  /** What holds when the flag is not given: the environment and the config file may say it. */
  readonly setting?: SettingName
}

/** How a verb was called. */
export interface Call {
  readonly words: readonly string[]
  readonly config: Config
  readonly terminal: Terminal
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  text(flag: string): string | undefined
  /** The same, and where it was said: a flag goes before the environment, and that before the config file. */
  told(flag: string): Told | undefined
  /** The text, which is one of those known. Fails: usage CLI_FLAG. */
  oneOf<T extends string>(flag: string, known: readonly T[]): T | undefined
  /** A number of at least `least`. Fails: usage CLI_FLAG. */
  number(flag: string, least: number): number | undefined
  /** The same, in whole numbers. */
  whole(flag: string, least: number): number | undefined
  has(flag: string): boolean
  list(flag: string): readonly string[]
  /** The same call without what environment and config file say. */
  readonly typed: Call
  /** The result: the document with --json, else the text. */
  answer(document: object, text: () => string): void
}

export const flagJson: Flag = { type: 'switch', help: 'one JSON document on stdout, nothing else' }

/** Reads the words behind the verb. Fails: usage CLI_FLAG. */
export const callOf = (
  verb: Verb,
  args: readonly string[],
  rest: Pick<Call, 'config' | 'terminal' | 'signal'>,
): Call => {
  const { values, positionals } = parsed(verb, args)
  const { home } = values
  const config = home === undefined ? rest.config : { ...rest.config, ...placesIn(resolve(home as string)) }
  const told = (flag: string): Told | undefined => {
    const { [flag]: text } = values
    if (typeof text === 'string') return { text, source: { type: 'flag', flag } }
    const setting = verb.flags[flag]?.setting
    return setting && config.told.get(setting)
  }
  const text = (flag: string): string | undefined => told(flag)?.text
  const place = (flag: string): string => placeOf(told(flag)?.source ?? { type: 'flag', flag })
  const number = (flag: string, least: number, kind: 'number' | 'whole number'): number | undefined => {
    const value = text(flag)
    return value === undefined ? undefined : numberOf(place(flag), value, least, kind)
  }
  return {
    ...rest,
    config,
    words: positionals,
    text,
    told,
    get typed() {
      return callOf(verb, args, { ...rest, config: { ...rest.config, told: new Map() } })
    },
    oneOf: (flag, known) => oneOf(flag, text(flag), known),
    number: (flag, least) => number(flag, least, 'number'),
    whole: (flag, least) => number(flag, least, 'whole number'),
    has: flag => values[flag] === true,
    list: flag => (values[flag] as readonly string[] | undefined) ?? [],
    answer: (document, text) => rest.terminal.print(values.json === true ? JSON.stringify(document) : text()),
  }
}

const parsed = ({ flags, usage, words }: Verb, args: readonly string[]) => {
  const options: NonNullable<ParseArgsConfig['options']> = { home: { type: 'string' } }
  for (const [name, { type }] of Object.entries(flags)) {
    options[name] = { type: type === 'switch' ? 'boolean' : 'string', multiple: type === 'list' }
  }
  try {
    const found = parseArgs({ args: [...args], options, allowPositionals: true })
    const extra = found.positionals[words]
    if (extra === undefined) return found
    throw new MillraceError('CLI_FLAG', `found '${extra}' behind what is asked for; expected: millrace ${usage}`)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw misread(cause)
    const [, flag = ''] = /'--?([^' ]+)/.exec(messageOf(cause)) ?? []
    const known = Object.keys(flags)
    const list = known.map(name => `--${name}`).join(' ') || 'none'
    throw new MillraceError('CLI_FLAG', `there is no --${flag}${near(flag, known)}; there are: ${list}`, { cause })
  }
}

/** A number of at least `least`; `place` is where it was said. Fails: usage CLI_FLAG. */
export const numberOf = (place: string, text: string, least: number, kind: 'number' | 'whole number'): number => {
  const found = text.trim() === '' ? Number.NaN : Number(text)
  const isRight = kind === 'number' ? Number.isFinite(found) : Number.isSafeInteger(found)
  if (isRight && found >= least) return found
  throw new MillraceError('CLI_FLAG', `${place} is a ${kind} of at least ${least}, found '${text}'`)
}

/** The value of a flag, which is one of those known. Fails: usage CLI_FLAG. */
export const oneOf = <T extends string>(
  flag: string,
  value: string | undefined,
  known: readonly T[],
): T | undefined => {
  if (value === undefined || known.includes(value as T)) return value as T | undefined
  throw new MillraceError('CLI_FLAG', `--${flag} is one of ${known.join(', ')}, found '${value}'${near(value, known)}`)
}

/** Node's own words for a value that is missing, or one too many; the rest of its message is advice to programmers. */
const misread = (cause: unknown): unknown => {
  if (cause instanceof MillraceError) return cause
  const [, flag] = /'(--[^ ']+)' argument is ambiguous/.exec(messageOf(cause)) ?? []
  const [sentence = ''] =
    flag === undefined
      ? messageOf(cause).split(/\.?\n/)
      : [`${flag} has no value before the next flag; one that begins with a dash is written ${flag}=-1`]
  return new MillraceError('CLI_FLAG', sentence, { cause })
}
