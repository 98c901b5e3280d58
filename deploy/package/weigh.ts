import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Bytes of a folder's files, but for packages that lie in it. */
export const bytesOf = (folder: string): number =>
  globSync('**/*', { cwd: folder, exclude: ['node_modules'] })
    .map(path => statSync(join(folder, path)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)

/** The folders of these packages and of all that they stand on, as they are installed for `from`. */
export const installed = (names: readonly string[], from: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const add = (name: string, near: string): void => {
    const folder = folderOf(name, near)
    // What is optional and for another platform is not there.
    if (folder === null || found.has(folder)) return
    found.add(folder)
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    for (const below of Object.keys({ ...dependencies, ...optionalDependencies })) add(below, folder)
  }
  for (const name of names) add(name, from)
  return found
}

const folderOf = (name: string, near: string): string | null => {
  for (let folder = near; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (statSync(join(place, 'package.json'), { throwIfNoEntry: false })) return place
    if (folder === dirname(folder)) return null
  }
}
