import { posix } from 'node:path'
import { importsOf } from './imports.ts'
import { type Finding, finding, type House, isTest, type Rule, type Source } from './source.ts'

const kindsOfCode = ['classes', 'common', 'helpers', 'interfaces', 'lib', 'misc', 'types', 'utils']

/** Folders and files are subjects of the market or of the machine, never kinds of code. */
export const subjects: Rule = house =>
  house.paths.flatMap(path => {
    const name = path
      .replace(/\.ts$/, '')
      .split('/')
      .find(segment => kindsOfCode.includes(segment))
    const found = `'${name}' is a kind of code`
    return name === undefined ? [] : [{ place: `${path}:1`, found, instead: 'name the subject it is about' }]
  })

/** Rooms whose files are listed in an index: what a listed file's path looks like. */
const lists: Readonly<Record<string, RegExp>> = {
  operators: /^operators\/[^/]+\/[^/]+\.ts$/,
  strategies: /^strategies\/[^/]+\.ts$/,
}

/** Every operator and strategy stands in its index: one line each, in the order of their paths. */
export const listed: Rule = house => Object.keys(lists).flatMap(room => listedIn(house, room))

const listedIn = (house: House, room: string): Finding[] => {
  const members = membersOf(house, room).map(source => source.path)
  const index = house.sources.find(source => source.path === `${room}/index.ts`)
  if (!index) return members.map(path => ({ place: `${path}:1`, found: `no ${room}/index.ts`, instead: 'write it' }))

  const lines = exportsFrom(index)
  const missing = members
    .filter(path => !lines.some(line => line.target === path))
    .map(path => {
      const instead = `add: export * from './${posix.relative(room, path)}'`
      return { place: `${path}:1`, found: `not in ${room}/index.ts`, instead }
    })
  const disorder = lines
    .filter(({ target }, i) => i > 0 && byPath.compare(stem(target), stem(lines[i - 1]!.target)) <= 0)
    .map(({ target, offset }) =>
      finding(index, offset, `${target} is out of order`, 'one line a file, by path: npm run format'),
    )
  return [...missing, ...disorder]
}

/** As the formatter sorts: folders apart, `ema` before `ema-cross`, `z2` before `z10`. */
const byPath = new Intl.Collator('en', { numeric: true })

const stem = (path: string): string => path.replace(/\.ts$/, '').replaceAll('/', ' ')

const membersOf = (house: House, room: string): Source[] =>
  house.sources.filter(({ path }) => lists[room]!.test(path) && !isTest(path) && path !== `${room}/index.ts`)

const exportsFrom = (index: Source): { readonly target: string; readonly offset: number }[] => {
  const exports = index.nodes.filter(({ node }) => /^Export(All|Named)Declaration$/.test(node.type))
  const offsets = exports.map(({ node }) => node.start)
  return importsOf(index).flatMap(({ target, offset }) =>
    target !== null && offsets.includes(offset) ? [{ target, offset }] : [],
  )
}

/**
 * Every operator and strategy has a test of its name beside it; every connector is reached by a test beside it. What
 * only tests use is tested by their use.
 */
export const tested: Rule = house => {
  const named = Object.keys(lists)
    .flatMap(room => membersOf(house, room))
    .filter(({ path }) => !house.paths.includes(testOf(path)))
  const folders = Map.groupBy(
    house.sources.filter(({ path }) => /^connectors\/[^/]+\//.test(path) && !/\.d\.ts$|\/testing\//.test(path)),
    ({ path }) => posix.dirname(path),
  )
  const unreached = [...folders.values()].flatMap(folder =>
    folder.filter(source => !reachedByTests(folder).has(source)),
  )
  return [...named, ...unreached].map(source => finding(source, 0, 'no test beside it', `write ${testOf(source.path)}`))
}

const testOf = (path: string): string => path.replace(/\.ts$/, '.test.ts')

/** The tests of a folder, what they import of it, and what that imports. */
const reachedByTests = (folder: readonly Source[]): Set<Source> => {
  const reached = new Set(folder.filter(({ path }) => isTest(path)))
  for (const source of reached) {
    const targets = importsOf(source).map(({ target }) => target)
    for (const other of folder) if (targets.includes(other.path)) reached.add(other)
  }
  return reached
}
