import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ESTree, parseSync } from 'rolldown/utils'

/** One parsed file. */
export interface Source {
  /** From the root of the house, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly nodes: readonly Located[]
  readonly comments: ReturnType<typeof parseSync>['comments']
  readonly errors: readonly string[]
}

/** A node and what it stands in. */
export interface Located {
  readonly node: ESTree.Node
  readonly parent: ESTree.Node | null
}

/** All that a rule may look at. */
export interface House {
  readonly sources: readonly Source[]
  /** Every file and folder. */
  readonly paths: readonly string[]
  /** Names of the packages in package.json, and its own. */
  readonly packages: readonly string[]
}

/** What a rule found: where, what, and what to do instead. */
export interface Finding {
  /** `file:line`. */
  readonly place: string
  readonly found: string
  readonly instead: string
}

export type Rule = (house: House) => readonly Finding[]

export const readHouse = (root: string): House => {
  const paths = globSync('**/*', { cwd: root, exclude: ['node_modules', 'coverage', 'dist'] }).map(path =>
    path.replaceAll('\\', '/'),
  )
  const texts = paths.filter(isRead).map(path => [path, readFileSync(join(root, path), 'utf8')] as const)
  return { ...houseOf(Object.fromEntries(texts)), paths }
}

/** A house of texts by path: the checkout's, or a planted violation. */
export const houseOf = (texts: Readonly<Record<string, string>>): House => ({
  sources: Object.entries(texts)
    .filter(([path]) => path.endsWith('.ts'))
    .map(([path, text]) => parse(path, text)),
  paths: Object.keys(texts),
  packages: packagesOf(texts['package.json'] ?? '{}'),
})

export const parse = (path: string, text: string): Source => {
  const { program, comments, errors } = parseSync(path, text)
  return { path, text, nodes: nodesOf(program), comments, errors: errors.map(({ message }) => message) }
}

/** What does not parse escapes every other rule. */
export const parsed: Rule = house =>
  house.sources.flatMap(source => source.errors.map(error => finding(source, 0, error, 'write TypeScript')))

export const isTest = (path: string): boolean => path.endsWith('.test.ts')

/** A test, or a suite that the tests of several backends run. */
export const isSuite = (path: string): boolean => isTest(path) || /^engine\/testing\/.*-contract\.ts$/.test(path)

export const lineAt = (source: Source, offset: number): number => source.text.slice(0, offset).split('\n').length

export const finding = (source: Source, offset: number, found: string, instead: string): Finding => ({
  place: `${source.path}:${lineAt(source, offset)}`,
  found,
  instead,
})

/** One line a finding; empty when there are none. */
export const report = (findings: readonly Finding[]): string =>
  findings.map(({ place, found, instead }) => `${place}  ${found}: ${instead}`).join('\n')

const nodesOf = (node: ESTree.Node, parent: ESTree.Node | null = null): Located[] => [
  { node, parent },
  ...Object.values(node)
    .flat()
    .filter(isNode)
    .flatMap(child => nodesOf(child, node)),
]

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

const isRead = (path: string): boolean => path.endsWith('.ts') || path === 'package.json'

const packagesOf = (manifest: string): string[] => {
  const { name, dependencies, devDependencies } = JSON.parse(manifest) as {
    readonly name?: string
    readonly dependencies?: object
    readonly devDependencies?: object
  }
  // The package may import itself, by its doors.
  return [...(name === undefined ? [] : [name]), ...Object.keys({ ...dependencies, ...devDependencies })].sort()
}
