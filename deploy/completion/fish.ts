import type { FlagShape, Value, VerbShape } from './grammar.ts'

/** For fish: one line each. */
export const fish = (verbs: readonly VerbShape[]): string =>
  `# millrace completion fish > ~/.config/fish/completions/millrace.fish
complete -c millrace -f
${verbs.flatMap(linesOf).join('\n')}
`

const linesOf = ({ name, summary, flags, word }: VerbShape): string[] => {
  const within = `complete -c millrace -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`
  return [
    `complete -c millrace -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...flags.map(flag => `${within} -l ${flag.name}${taking(flag)} -d ${quoted(flag.help)}`),
    ...(word === null || word.type === 'text' ? [] : [`${within}${offer(word)}`]),
  ]
}

const taking = ({ value }: FlagShape): string => {
  if (value === null) return ''
  return value.type === 'text' ? ' -x' : ` -r${offer(value)}`
}

/** Files where they may be, and words. */
const offer = (value: Value): string => {
  if (value.type === 'text') return ''
  const words = value.type === 'run' ? RUNS : value.words.join(' ')
  return `${value.type === 'words' ? ' -f' : ' -F'}${words === '' ? '' : ` -a ${quoted(words)}`}`
}

const RUNS =
  '(set -q MILLRACE_HOME; and command ls $MILLRACE_HOME/runs 2>/dev/null; or command ls .millrace/runs 2>/dev/null)'

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`
