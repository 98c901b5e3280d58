import type { Strategy } from '../../engine/flow/pipeline.ts'
import type { Flag, Verb } from '../verb.ts'
import { verbs } from '../verbs.ts'

/** What may stand at a place of the command line. */
export type Value =
  | { readonly type: 'words'; readonly words: readonly string[] }
  /** A file, or one of these words. */
  | { readonly type: 'file'; readonly words: readonly string[] }
  /** A run of the home folder, or the folder of one. */
  | { readonly type: 'run' }
  /** Nobody can tell. */
  | { readonly type: 'text' }

export interface FlagShape {
  readonly name: string
  readonly help: string
  /** Null: it takes none. */
  readonly value: Value | null
  /** How the value is called. */
  readonly label: string
}

export interface VerbShape {
  readonly name: string
  readonly summary: string
  readonly flags: readonly FlagShape[]
  /** What may follow the verb; null when nothing does. */
  readonly word: Value | null
}

/** The command line as shells complete it, read from what the verbs declare. */
export const grammar = async (): Promise<readonly VerbShape[]> => {
  const index = await import('../../strategies/index.ts')
  const strategies = Object.values(index as Readonly<Record<string, Strategy>>).map(({ name }) => name)
  return Promise.all(
    verbs.map(async ({ name, summary, load }) => {
      const verb = await load()
      const flags = Object.entries({ ...verb.flags, ...everywhere }).map(flagShape)
      return { name, summary, flags, word: wordOf(verb, strategies) }
    }),
  )
}

/** What every verb takes. */
const everywhere: Readonly<Record<string, Flag>> = {
  home: { type: 'text', value: 'DIR', help: 'where tapes and runs are kept' },
  help: { type: 'switch', help: 'options and examples' },
}

const flagShape = ([name, { type, value = '', help, choices }]: readonly [string, Flag]): FlagShape => {
  const known: Value = choices ? { type: 'words', words: choices } : (byLabel[value] ?? { type: 'text' })
  return { name, help, value: type === 'switch' ? null : known, label: value }
}

const byLabel: Readonly<Record<string, Value>> = {
  FILE: { type: 'file', words: [] },
  DIR: { type: 'file', words: [] },
  RUN: { type: 'run' },
}

/** What the usage names behind the verb: `<strategy>`, `FILE...`, `<run folder | run id>`, `bash|zsh|fish`. */
const wordOf = ({ usage, words }: Verb, strategies: readonly string[]): Value | null => {
  const [, word = ''] = /^\S+ (\S+)/.exec(usage) ?? []
  if (words === 0) return null
  if (word === '<strategy>') return { type: 'file', words: strategies }
  if (word === '<run') return { type: 'run' }
  if (word.startsWith('FILE')) return { type: 'file', words: [] }
  return /^\w+(\|\w+)+$/.test(word) ? { type: 'words', words: word.split('|') } : { type: 'text' }
}
