import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Packed } from './packed.ts'

const packages = join(import.meta.dirname, '../../../node_modules')

/** A project that has installed the tarball, and no add-on: what it stands on is taken from this checkout. */
export const consumer = (its: Packed, name: string): string => {
  const folder = join(its.folder, name)
  mkdirSync(folder)
  const { dependencies } = JSON.parse(readFileSync(join(its.built, 'package.json'), 'utf8'))
  const here = Object.keys(dependencies).map(library => [library, `file:${join(packages, library)}`])
  const manifest = {
    ...{ name, private: true, type: 'module' },
    dependencies: { millrace: `file:${its.tarball}` },
    overrides: Object.fromEntries(here),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  execFileSync('npm', ['install', ...quiet], { cwd: folder })
  return folder
}
