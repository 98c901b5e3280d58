import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assert } from '../../engine/assert.ts'
import { addOns } from '../packages.ts'
import { type Checkout, published } from './published.ts'
import { bytesOf, installed } from './weigh.ts'

const root = join(import.meta.dirname, '../..')

/** What people read, and what tells the subjects of the operators. */
const PAGES = ['README.md', 'CHANGELOG.md', 'LICENSE', 'operators/README.md']

/** What the program reads beside its code. */
const ASSETS = ['deploy/**/*.{conf,css,html,js,properties,xml,yml}', 'connectors/**/*.d.ts']

/** What `new` makes projects from. */
const SKELETONS = ['deploy/skeletons/strategy.ts', ...globSync('deploy/skeletons/project/*', { cwd: root })]

/** The publishable package, into a folder that is made anew: JavaScript, declarations, and what they read. */
export const buildPackage = (out: string): void => {
  rmSync(out, { recursive: true, force: true })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', join(import.meta.dirname, 'tsconfig.json'), '--outDir', out], {
    stdio: 'inherit',
  })
  for (const path of [...assets(out), ...SKELETONS, ...PAGES]) {
    assert(!existsSync(join(out, path)), `${path} stands where what is compiled has to stand`)
    cpSync(join(root, path), join(out, path))
  }
  const checkout = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Checkout
  // Nobody outside imports the program, but for what its config file is.
  const kept = Object.values(checkout.exports).map(path => path.replace(/^\.\/(.*)\.ts$/, '$1.d.ts'))
  const declarations = globSync('deploy/**/*.d.ts', { cwd: out })
  for (const path of declarations) if (!kept.includes(path)) rmSync(join(out, path))
  writeFileSync(
    join(out, 'package.json'),
    `${JSON.stringify(published(checkout, Object.values(addOns).flat()), null, 2)}\n`,
  )
  for (const program of Object.values(checkout.bin)) chmodSync(join(out, program.replace(/\.ts$/, '.js')), 0o755)
}

/** Files beside code that was compiled, declarations by hand, and the rules that Prometheus is started with. */
const assets = (out: string): readonly string[] =>
  globSync(ASSETS, { cwd: root, exclude: ['**/*.test.*'] }).filter(
    path => path.startsWith('deploy/prometheus/') || existsSync(join(out, dirname(path))),
  )

/** How large the package is, with what it stands on, and what the add-ons would add. */
const sizes = (out: string): string => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(out, 'package.json'), 'utf8'))
  const needed = [...installed(Object.keys(dependencies), root)]
  const optional = [...installed(Object.keys(peerDependencies), root)].filter(folder => !needed.includes(folder))
  const weight = (folders: readonly string[]): number => folders.reduce((sum, one) => sum + bytesOf(one), 0)
  const own = bytesOf(out)
  return [
    `${out}: ${megabytes(own)}`,
    `installed: ${megabytes(own + weight(needed))} with ${needed.length} packages it stands on`,
    `add-ons:   ${megabytes(weight(optional))} more in ${optional.length} packages, when all are asked for`,
  ].join('\n')
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

if (import.meta.main) {
  const out = join(root, 'dist')
  buildPackage(out)
  console.log(sizes(out))
}
