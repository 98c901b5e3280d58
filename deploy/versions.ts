import { readFileSync } from 'node:fs'

/** What a run was made with: the arithmetic of V8 is part of it. */
export const versions = (): Readonly<Record<string, string>> => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return { millrace: version, node: process.versions.node, v8: process.versions.v8, arch: process.arch }
}
