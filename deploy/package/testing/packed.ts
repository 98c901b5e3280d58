import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPackage } from '../build.ts'

/** The package as it would be published. */
export interface Packed {
  /** Where the rest of a test may lie, too. */
  readonly folder: string
  readonly built: string
  readonly tarball: string
  remove(): void
}

/** Builds and packs into a folder of its own, without a registry. */
export const packed = (): Packed => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-package-'))
  const built = join(folder, 'dist')
  buildPackage(built)
  execFileSync('npm', ['pack', '--offline', '--silent', '--pack-destination', folder], { cwd: built })
  const [tarball] = globSync('*.tgz', { cwd: folder })
  return { folder, built, tarball: join(folder, tarball!), remove: () => rmSync(folder, { recursive: true }) }
}
