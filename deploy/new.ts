import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { relative } from 'node:path/posix'
import { MillraceError } from '../engine/errors.ts'

/** The rows of the table of operators. */
const subjectsIn = (root: string): string[] => {
  const readme = readFileSync(join(root, 'operators/README.md'), 'utf8')
  return [...readme.matchAll(/^\| `(.+)\/`/gm)].map(match => match[1]!).sort()
}

/** What is about to be written. */
interface Plan {
  /** The path without its ending: `operators/indicators/rsi`. */
  readonly stem: string
  /** What the code calls it, in the form of file names: 'nyse-source'. */
  readonly name: string
  /** The index that gets a line. */
  readonly index: string | null
}

const plans: Readonly<Record<string, (root: string, path: string) => Plan>> = {
  operator(root, path) {
    const [subject, name] = twoParts(path, 'an operator is named subject/name')
    const subjects = subjectsIn(root)
    if (!subjects.includes(subject)) throw refusal(`no subject '${subject}'; there are: ${subjects.join(', ')}`)
    const [namesake] = globSync(`operators/*/${name}.ts`, { cwd: root })
    if (namesake) throw refusal(`${namesake} exists, and the index knows each name once`)
    return { stem: `operators/${path}`, name, index: 'operators/index.ts' }
  },
  strategy: (_root, path) => ({ stem: `strategies/${path}`, name: checked(path), index: 'strategies/index.ts' }),
  connector(_root, path) {
    const [system, name] = twoParts(path, 'a connector is named system/name')
    return { stem: `connectors/${path}`, name: `${checked(system)}-${name}`, index: null }
  },
}

/** What can be made in the checkout. */
export const kinds: readonly string[] = Object.keys(plans)

/** Writes the skeleton under `root` and names what was written. Fails: usage NEW_NAME, before anything is written. */
export const createNew = (root: string, kind: string, path: string): string[] => {
  const planOf = Object.hasOwn(plans, kind) ? plans[kind] : undefined
  if (!planOf) throw refusal(`no kind '${kind}'; there are: ${kinds.join(', ')}`)
  const plan = planOf(root, path)
  const files = ['.ts', '.test.ts'].map(ending => ({ from: `${kind}${ending}`, to: `${plan.stem}${ending}` }))
  for (const { to } of files) if (existsSync(join(root, to))) throw refusal(`${to} exists`)

  mkdirSync(join(root, dirname(plan.stem)), { recursive: true })
  for (const { from, to } of files) {
    const skeleton = readFileSync(join(root, 'deploy/skeletons', from), 'utf8')
    writeFileSync(join(root, to), filledIn(skeleton, kind, plan))
  }
  const written = files.map(({ to }) => to)
  if (plan.index) written.push(listIn(root, plan.index, plan.stem))
  format(root, written)
  return written
}

/** The skeletons stand two folders deep, as operators and connectors do; strategies stand one deep. */
const filledIn = (skeleton: string, kind: string, { stem, name }: Plan): string => {
  const text = named(skeleton.replaceAll(`./${kind}.ts`, `./${basename(stem)}.ts`), name)
  if (kind === 'operator') return text.replaceAll("'../../operators/", "'../")
  return stem.split('/').length === 2 ? text.replaceAll("'../../", "'../") : text
}

/** The text under its own name, which is quoted as it is, and written in the way of an identifier elsewhere. */
export const named = (skeleton: string, name: string): string => {
  const camel = camelOf(name)
  return skeleton
    .replaceAll("'skeleton'", `'${name}'`)
    .replaceAll('Skeleton', camel[0]!.toUpperCase() + camel.slice(1))
    .replaceAll('skeleton', camel)
}

const twoParts = (path: string, expected: string): [first: string, second: string] => {
  const [first, second, ...more] = path.split('/')
  if (!first || !second || more.length > 0) throw refusal(`${expected}, found '${path}'`)
  return [first, checked(second)]
}

/** A name that makes a file and an identifier. */
export const checked = (name: string): string => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw refusal(`'${name}' is not lower case with dashes`)
  if (['assert', 'index', 'lift'].includes(name) || isReserved(camelOf(name))) throw refusal(`'${name}' is taken`)
  return name
}

/** 'z-score' is zScore. */
const camelOf = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())

const isReserved = (word: string): boolean => {
  try {
    new Function(`'use strict'; const ${word} = 0`)
    return false
  } catch {
    return true
  }
}

const listIn = (root: string, index: string, stem: string): string => {
  const lines = existsSync(join(root, index)) ? readFileSync(join(root, index), 'utf8').split('\n') : []
  const last = lines.findLastIndex(line => /^export .* from /.test(line))
  lines.splice(last + 1, 0, `export * from './${relative(dirname(index), stem)}.ts'`)
  writeFileSync(join(root, index), lines.join('\n'))
  return index
}

/** The formatter also puts the lines of the index in order. */
const format = (root: string, files: readonly string[]): void => {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  execFileSync(process.execPath, [biome, 'check', '--write', ...files], { cwd: root, stdio: 'pipe' })
}

export const refusal = (sentence: string): MillraceError => new MillraceError('NEW_NAME', sentence)
