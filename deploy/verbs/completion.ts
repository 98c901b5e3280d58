import { MillraceError } from '../../engine/errors.ts'
import { bash } from '../completion/bash.ts'
import { fish } from '../completion/fish.ts'
import { grammar, type VerbShape } from '../completion/grammar.ts'
import { zsh } from '../completion/zsh.ts'
import { near } from '../near.ts'
import { flagJson, type Verb } from '../verb.ts'

const shells: Readonly<Record<string, (verbs: readonly VerbShape[]) => string>> = { bash, zsh, fish }

export const completion: Verb = {
  usage: 'completion bash|zsh|fish [--json]',
  words: 1,
  flags: { json: flagJson },
  examples: ['completion bash > ~/.local/share/bash-completion/completions/millrace', 'completion fish'],
  async run(call) {
    const [name = ''] = call.words
    const known = Object.keys(shells)
    const write = Object.hasOwn(shells, name) ? shells[name] : undefined
    if (write === undefined) throw unknown(name, known)
    const script = write(await grammar())
    call.answer({ shell: name, script }, () => script.trimEnd())
    return 0
  },
}

const unknown = (name: string, known: readonly string[]): MillraceError => {
  const found = name === '' ? 'no shell is named' : `no shell '${name}'${near(name, known)}`
  return new MillraceError('CLI_NAME', `${found}; there are: ${known.join(', ')}`)
}
