import { type ParseArgsConfig, parseArgs } from 'node:util'
import { MillraceError } from '../engine/errors.ts'
import type { Config } from './config.ts'
import type { Terminal } from './terminal.ts'

/** One verb of the command line: what it takes, what it says of itself, what it does. */
export interface Verb {
  readonly name: string
  /** One line, for the list of verbs. */
  readonly summary: string
  /** 'backtest <strategy> [options]'. */
  readonly usage: string
  readonly flags: Readonly<Record<string, Flag>>
  readonly examples: readonly string[]
  /** Exit code: 0 ok, 1 failed. A usage error is thrown and becomes 2. */
  run(call: Call): Promise<number>
}

export interface Flag {
  readonly type: 'text' | 'switch' | 'list'
  /** How the value is called in the help: 'FILE'. */
  readonly value?: string
  readonly help: string
}

export interface Call {
  readonly words: readonly string[]
  readonly config: Config
  readonly terminal: Terminal
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  text(flag: string): string | undefined
  /** A number, or the default. Fails: usage CLI_FLAG. */
  number(flag: string, otherwise: number): number
  has(flag: string): boolean
  list(flag: string): readonly string[]
}

export const flagJson: Flag = { type: 'switch', help: 'one JSON document on stdout, nothing else' }

/** Reads the words behind the verb. Fails: usage CLI_FLAG, CLI_WORDS. */
export const callOf = (
  verb: Verb,
  args: readonly string[],
  rest: Pick<Call, 'config' | 'terminal' | 'signal'>,
): Call => {
  const { values, positionals } = parsed(verb, args)
  const text = (flag: string): string | undefined => values[flag] as string | undefined
  return {
    ...rest,
    words: positionals,
    text,
    has: flag => values[flag] === true,
    list: flag => (values[flag] as readonly string[] | undefined) ?? [],
    number(flag, otherwise) {
      const value = text(flag)
      if (value === undefined) return otherwise
      if (value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
      throw new MillraceError('CLI_FLAG', `--${flag} is a number, found '${value}'`)
    },
  }
}

const parsed = (verb: Verb, args: readonly string[]) => {
  const options: ParseArgsConfig['options'] = { help: { type: 'boolean', short: 'h' } }
  for (const [name, { type }] of Object.entries(verb.flags)) {
    options[name] = { type: type === 'switch' ? 'boolean' : 'string', multiple: type === 'list' }
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (cause) {
    const flag = /'--?([^' ]+)/.exec((cause as Error).message)?.[1] ?? ''
    const known = Object.keys(verb.flags)
    const reason = known.includes(flag)
      ? `--${flag} takes a value`
      : `${verb.name} has no --${flag}${near(flag, known)}`
    throw new MillraceError('CLI_FLAG', `${reason}; it has: ${known.map(name => `--${name}`).join(' ') || 'none'}`, {
      cause,
    })
  }
}

export const helpOf = ({ usage, summary, flags, examples }: Verb): string => {
  const rows = Object.entries(flags).map(
    ([name, { value, help }]) => [`--${name}${value ? ` ${value}` : ''}`, help] as const,
  )
  const width = Math.max(0, ...rows.map(([flag]) => flag.length))
  const options = rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`)
  return [
    `millrace ${usage}`,
    '',
    summary,
    ...(options.length > 0 ? ['', 'Options', ...options] : []),
    '',
    'Examples',
    ...examples.map(example => `  millrace ${example}`),
  ].join('\n')
}

/** The nearest of the known names, as a question; nothing when none is near. */
export const near = (name: string, known: readonly string[]): string => {
  const [best] = known
    .map(other => ({ other, distance: distance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, distance }) => distance <= Math.max(2, Math.floor(other.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return best ? ` (did you mean '${best.other}'?)` : ''
}

/** Edits between two words (Levenshtein 1966). */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
