#!/usr/bin/env node
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { relative } from 'node:path/posix'
import { isMillraceError, MillraceError } from '../engine/errors.ts'

const readme = readFileSync(join(import.meta.dirname, '../operators/README.md'), 'utf8')
/** The rows of its table. */
const subjects = [...readme.matchAll(/^\| `(.+)\/`/gm)].map(match => match[1]!).sort()

const help = `npm run new <kind> <path>: a skeleton that runs, its test, and its line in the index

  npm run new operator indicators/rsi     operators/indicators/rsi.ts
  npm run new strategy carry              strategies/carry.ts
  npm run new connector nyse/source       connectors/nyse/source.ts

Names are lower case, words joined by dashes. Subjects of operators: ${subjects.join(', ')}.
Then: npm run check && npm test`

/** What is about to be written. */
interface Plan {
  /** The path without its ending: `operators/indicators/rsi`. */
  readonly stem: string
  /** What the code calls it, in the form of file names: 'nyse-source'. */
  readonly name: string
  /** The index that gets a line. */
  readonly index: string | null
}

const kinds: Readonly<Record<string, (root: string, path: string) => Plan>> = {
  operator(root, path) {
    const [subject, name] = twoParts(path, 'an operator is named subject/name')
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

/** Writes the skeleton under `root` and names what was written. Fails: usage NEW_NAME, before anything is written. */
export const createNew = (root: string, kind: string, path: string): string[] => {
  const planOf = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!planOf) throw refusal(`no kind '${kind}'; there are: ${Object.keys(kinds).join(', ')}`)
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
  const camel = camelOf(name)
  const text = skeleton
    .replaceAll("'skeleton'", `'${name}'`)
    .replaceAll(`./${kind}.ts`, `./${basename(stem)}.ts`)
    .replaceAll('Skeleton', camel[0]!.toUpperCase() + camel.slice(1))
    .replaceAll('skeleton', camel)
  if (kind === 'operator') return text.replaceAll("'../../operators/", "'../")
  return stem.split('/').length === 2 ? text.replaceAll("'../../", "'../") : text
}

const twoParts = (path: string, expected: string): [first: string, second: string] => {
  const [first, second, ...more] = path.split('/')
  if (!first || !second || more.length > 0) throw refusal(`${expected}, found '${path}'`)
  return [first, checked(second)]
}

/** A name that makes a file and an identifier. */
const checked = (name: string): string => {
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

const refusal = (sentence: string): MillraceError => new MillraceError('NEW_NAME', sentence)

const main = ([kind, path, ...more]: readonly string[]): number => {
  if (kind === '--help' || kind === '-h') return print(help)
  if (kind === undefined || path === undefined || more.length > 0) return fail(help)
  try {
    return print(createNew(dirname(import.meta.dirname), kind, path).join('\n'))
  } catch (error) {
    if (isMillraceError(error)) return fail(`${error.message}\n${error.remedy}`)
    throw error
  }
}

const print = (text: string): number => {
  console.log(text)
  return 0
}

const fail = (text: string): number => {
  console.error(text)
  return 2
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2))
