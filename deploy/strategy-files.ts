import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { Plan } from './manifest.ts'

/** SHA-256 of files by their path from the strategy's own, which is there by its name. */
export type Prints = Readonly<Record<string, string>>

/** Of a strategy's file and of those that it imports by relative path, theirs too; what is ours has a version. */
export const printsOf = (file: string): Prints => {
  const prints: Record<string, string> = {}
  const take = (path: string): void => {
    const name = path === file ? basename(file) : relative(dirname(file), path)
    if (name in prints) return
    const text = readFileSync(path, 'utf8')
    prints[name] = createHash('sha256').update(text).digest('hex')
    for (const [, imported = ''] of text.matchAll(RELATIVE)) {
      const next = resolve(dirname(path), imported)
      if (existsSync(next) && !next.startsWith(OURS)) take(next)
    }
  }
  take(file)
  return prints
}

/** What stands behind `from` or `import`: './lib/size.ts'. */
const RELATIVE = /\b(?:from|import)\s*\(?\s*['"](\.\.?\/[^'"]+)['"]/g

const OURS = join(import.meta.dirname, '..', '/')

/** Which files of its strategy are not as they were when a run began. One that is gone is missed by who loads it. */
export const changedSince = ({ strategyFile, strategyPrints }: Plan): readonly string[] => {
  if (strategyFile === null || strategyPrints === undefined || !existsSync(strategyFile)) return []
  const now = printsOf(strategyFile)
  const names = new Set([...Object.keys(strategyPrints), ...Object.keys(now)])
  return [...names].filter(name => strategyPrints[name] !== now[name])
}
