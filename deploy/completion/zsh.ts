import type { FlagShape, Value, VerbShape } from './grammar.ts'

/** For zsh: flags and verbs with their help. */
export const zsh = (verbs: readonly VerbShape[]): string =>
  `#compdef millrace
# eval "$(millrace completion zsh)" behind compinit, or as _millrace into a folder of $fpath
_millrace_runs() {
  local runs=$(ls "\${MILLRACE_HOME:-.millrace}/runs" 2>/dev/null | tr '\\n' ' ')
  _alternative "runs:run:($runs)" 'files:folder:_files -/'
}
_millrace() {
  local -a verbs
  verbs=(
${verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${verbs.map(caseOf).join('\n')}
  esac
}
compdef _millrace millrace
`

const caseOf = ({ name, flags, word }: VerbShape): string => {
  const specs = [...flags.map(flagSpec), ...(word === null ? [] : [quoted(`*:word:${action(word)}`)])]
  return `    ${name}) _arguments ${specs.join(' ')} ;;`
}

/** '*--set[a parameter; may be repeated]:K=V: '. */
const flagSpec = ({ name, help, value, label }: FlagShape): string => {
  const text = `*--${name}[${help.replaceAll(/[[\]:\\]/g, '\\$&')}]`
  return quoted(value === null ? text : `${text}:${label.replaceAll(':', '\\:')}:${action(value)}`)
}

const action = (value: Value): string => {
  if (value.type === 'words') return `(${value.words.join(' ')})`
  if (value.type === 'run') return '_millrace_runs'
  if (value.type === 'text') return ' '
  return value.words.length === 0
    ? '_files'
    : `_alternative "words:word:(${value.words.join(' ')})" "files:file:_files"`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
