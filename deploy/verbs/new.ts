import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createNew, kinds, refusal } from '../new.ts'
import { createProject, createStrategy } from '../new-project.ts'
import { flagJson, type Verb } from '../verb.ts'

export const newVerb: Verb = {
  usage: 'new project|strategy|operator|connector NAME [--json]',
  words: 2,
  flags: { json: flagJson },
  examples: ['new project desk', 'new strategy carry', 'new operator indicators/rsi', 'new connector nyse/source'],
  async run(call) {
    const [kind, path] = call.words
    if (kind === undefined || path === undefined) throw refusal(`new takes a kind and a name; kinds: ${all.join(', ')}`)
    const folder = process.cwd()
    const written = kind === 'project' ? createProject(resolve(folder, path)) : createIn(folder, kind, path)
    call.answer({ written }, () => written.join('\n'))
    if (kind === 'project') call.terminal.say(`\ncd ${path} && npm start`)
    return 0
  },
}

const all = [...kinds, 'project']

const createIn = (folder: string, kind: string, path: string): string[] => {
  const root = packageAbove(folder)
  if (root === null) throw refusal(`no package.json in ${folder} or above; begin with: millrace new project DIR`)
  if (isHouse(root)) return createNew(root, kind, path)
  if (kind === 'strategy') return createStrategy(root, path)
  throw refusal(
    all.includes(kind) ? `${kind}: that is for the checkout` : `no kind '${kind}'; there are: strategy, project`,
  )
}

const packageAbove = (folder: string): string | null => {
  if (existsSync(join(folder, 'package.json'))) return folder
  return folder === dirname(folder) ? null : packageAbove(dirname(folder))
}

/** The checkout, and not a project that uses the package. */
const isHouse = (root: string): boolean => {
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly name?: string }
  return name === 'millrace' && existsSync(join(root, 'operators', 'index.ts'))
}
