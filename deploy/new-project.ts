import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { rowOf } from '../engine/log/build.ts'
import type { Micros } from '../engine/market/units.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import { makeFolder } from './files.ts'
import { checked, named, refusal } from './new.ts'
import { manifest } from './versions.ts'

const root = dirname(import.meta.dirname)
const skeletons = join(import.meta.dirname, 'skeletons')
const skeleton = (path: string): string => readFileSync(join(skeletons, path), 'utf8')

/** The strategy that a project begins with. */
const FIRST = 'first'
const DATA = 'data/eurusd.csv.gz'
const ROWS = 20_000

/**
 * Writes a project that runs at once, without a registry: a strategy with its test, the data for it, and a link to this
 * package. Names what was written. Fails: usage NEW_NAME, before anything is written; fault CLI_FOLDER.
 */
export const createProject = (folder: string): string[] => {
  const name = checked(basename(folder))
  if (existsSync(folder) && readdirSync(folder).length > 0) throw refusal(`${folder} is not empty`)
  const files: Readonly<Record<string, string | Uint8Array>> = {
    '.gitignore': skeleton('project/gitignore'),
    'README.md': skeleton('project/README.md').replace('skeleton', name),
    'millrace.config.ts': skeleton('project/millrace.config.ts'),
    'package.json': skeleton('project/package.template.json')
      .replace('skeleton', name)
      .replace('file:package', `file:${relative(folder, root)}`),
    'tsconfig.json': skeleton('project/tsconfig.template.json'),
    [DATA]: gzipSync(quotes()),
    ...strategyFiles(FIRST),
  }
  for (const [path, content] of Object.entries(files)) write(join(folder, path), content)
  link(folder)
  return Object.keys(files)
}

/** Writes a strategy and its test into a project. Fails: usage NEW_NAME, before anything is written. */
export const createStrategy = (project: string, name: string): string[] => {
  const files = Object.entries(strategyFiles(checked(name)))
  for (const [path] of files) if (existsSync(join(project, path))) throw refusal(`${path} exists`)
  for (const [path, content] of files) write(join(project, path), content)
  return files.map(([path]) => path)
}

const strategyFiles = (name: string): Readonly<Record<string, string>> => {
  const test = skeleton('project/strategy.checks.ts').replace('../strategy.ts', `./${name}.ts`)
  return {
    [`strategies/${name}.ts`]: named(fromOutside(skeleton('strategy.ts')), name),
    [`strategies/${name}.test.ts`]: named(test, name),
  }
}

/** What the house imports from the files that own it, a project imports from the doors of the package. */
const fromOutside = (text: string): string => {
  const imports = [...text.matchAll(/^import \{ (.*) \} from '\.\.\/\.\.\/(engine|operators)\/.*'\n/gm)]
  const doors = Map.groupBy(imports, ([, , room]) => room!)
  const lines = [...doors].map(([room, found]) => {
    const names = found.flatMap(([, list]) => list!.split(', ')).sort(byName)
    return `import { ${names.join(', ')} } from 'millrace/${room}'\n`
  })
  return lines.join('') + imports.reduce((rest, [line]) => rest.replace(line, ''), text)
}

/** As the formatter has them: `type Strategy` ahead of `strategy`. */
const byName = (a: string, b: string): number => order.compare(a.replace('type ', ''), b.replace('type ', ''))
const order = new Intl.Collator('en', { caseFirst: 'upper' })

/** The sample market, as a file of quotes that anybody may have recorded. */
const quotes = (): string => {
  const lines = ['time,bid,ask']
  for (const block of sampleMarket({ rows: ROWS }).blocks()) {
    for (let row = 0; row < block.count; row++) {
      const { at, bid, ask } = rowOf(block, row)
      lines.push(`${formatMicros(at as Micros)},${bid},${ask}`)
    }
  }
  return `${lines.join('\n')}\n`
}

const write = (path: string, content: string | Uint8Array): void => {
  makeFolder(dirname(path))
  writeFileSync(path, content)
}

/** As `npm install` would: the package, and its program for the scripts of the project; a checkout gives its Node. */
const link = (folder: string): void => {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  symlinkSync(root, join(modules, 'millrace'), 'junction')
  for (const [command, program] of Object.entries(manifest().bin))
    symlinkSync(join('../millrace', program), join(modules, '.bin', command))
  const own = 'node_modules/.bin/node'
  if (existsSync(join(root, own))) symlinkSync(join('../millrace', own), join(modules, '.bin/node'))
}
