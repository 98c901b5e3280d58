import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Program } from '../service.ts'

/** A folder with one program of the system in it, as a shell script, for as long as the test takes. */
export const scriptNamed = (name: string, script: string): { readonly folder: string; readonly path: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-script-'))
  const path = join(folder, name)
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { folder, path }
}

/** A server that is ready as Prometheus is, in 50 ms; `first` is what it does before. */
export const smallServer = (folder: string, port: number, first = ''): Program => ({
  name: 'Prometheus',
  version: '1',
  folder,
  addresses: { web: `http://127.0.0.1:${port}` },
  command: process.execPath,
  args: ['-e', `${first};require('node:http').createServer((_, answer) => answer.end()).listen(${port}, '127.0.0.1')`],
})
