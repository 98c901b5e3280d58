import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

const fence = (language: string): string => {
  const [, text] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme) ?? []
  if (text === undefined) throw new Error(`README.md has no ${language} block`)
  return text
}

it('the strategy of the README is one of about 20 lines and prints what the README says', () => {
  const home = mkdtempSync(join(tmpdir(), 'millrace-readme-'))
  try {
    const source = fence('ts')
    expect(source.trim().split('\n').length).toBeLessThanOrEqual(24)
    const file = join(home, 'my-strategy.ts')
    writeFileSync(file, source)
    mkdirSync(join(home, 'node_modules'))
    symlinkSync(root, join(home, 'node_modules/millrace'), 'junction')
    writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
    const args = [join(root, 'deploy/main.ts'), 'backtest', file, '--regime', 'trending']
    const env = { ...process.env, MILLRACE_HOME: home }
    const printed = execFileSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    for (const line of fence('text').trim().split('\n')) expect(printed).toContain(line)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})

it('names the two commands', () => {
  expect(fence('sh')).toMatch(/^npm ci && npm start .*\nnpm ci && npm test /)
})
