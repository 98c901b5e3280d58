import type { Value, VerbShape } from './grammar.ts'

/** For bash from 3.2 on: a function that puts what fits into COMPREPLY. */
export const bash = (verbs: readonly VerbShape[]): string =>
  `# eval "$(millrace completion bash)", or into a file of bash-completion's folder
_millrace_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_millrace_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "\${1// /$'\\n'}" -- "$cur") $(compgen -f -- "$cur"))
  compopt -o filenames 2>/dev/null
}
_millrace_runs() { _millrace_files "$(ls "\${MILLRACE_HOME:-.millrace}/runs" 2>/dev/null | tr '\\n' ' ')"; }
_millrace() {
  local cur=\${COMP_WORDS[COMP_CWORD]} verb=\${COMP_WORDS[1]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _millrace_words '${verbs.map(({ name }) => name).join(' ')}'
    return
  fi
  case "$verb $before" in
${valuesOf(verbs).join('\n')}
  esac
  case "$verb $cur" in
${verbs.flatMap(wordsOf).join('\n')}
  esac
}
complete -F _millrace millrace
`

/** What may stand behind flags: those behind which the same may stand in one line. */
const valuesOf = (verbs: readonly VerbShape[]): string[] => {
  const taking = verbs.flatMap(({ name, flags }) =>
    flags.flatMap(flag => (flag.value === null ? [] : [{ place: `'${name} --${flag.name}'`, value: flag.value }])),
  )
  const groups = Map.groupBy(taking, ({ value }) => offer(value))
  return [...groups].map(([offered, all]) => {
    return `    ${all.map(({ place }) => place).join(' | ')})${offered === '' ? '' : ` ${offered}`} return ;;`
  })
}

/** Flags where a dash was typed, else what the verb works on. */
const wordsOf = ({ name, flags, word }: VerbShape): string[] => [
  `    '${name} -'*) _millrace_words '${flags.map(flag => `--${flag.name}`).join(' ')}' ;;`,
  ...(word === null || word.type === 'text' ? [] : [`    '${name} '*) ${offer(word)} ;;`]),
]

const offer = (value: Value): string => {
  if (value.type === 'text') return ''
  if (value.type === 'run') return '_millrace_runs;'
  return `_millrace_${value.type === 'file' ? 'files' : 'words'} '${value.words.join(' ')}';`
}
