import { readFileSync } from 'node:fs'

/** What package.json tells, of the checkout or of the installed package. */
export interface PackageManifest {
  readonly name: string
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export const manifest = (): PackageManifest =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageManifest

/** What a run was made with: the arithmetic of V8 is part of it. */
export const versions = (): Readonly<Record<string, string>> => ({
  millrace: manifest().version,
  node: process.versions.node,
  v8: process.versions.v8,
  arch: process.arch,
})
