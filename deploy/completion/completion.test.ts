import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { isOnPath } from '../services/testing/available.ts'
import { folders, millrace } from '../testing/millrace.ts'
import { runProgram } from '../testing/program.ts'
import { verbs } from '../verbs.ts'
import { bash } from './bash.ts'
import { fish } from './fish.ts'
import { grammar, type VerbShape } from './grammar.ts'
import { zsh } from './zsh.ts'

const { make, remove } = folders()
afterAll(remove)

describe('millrace completion', () => {
  const folder = make()
  let shape: readonly VerbShape[] = []
  const script = (name: string): string => join(folder, `completion.${name}`)

  beforeAll(async () => {
    shape = await grammar()
    for (const [name, write] of Object.entries({ bash, zsh, fish })) writeFileSync(script(name), write(shape))
    for (const name of ['strategies', '.millrace/runs/mean-reversion-1', '.millrace/runs/ema-cross-2'])
      mkdirSync(join(folder, name), { recursive: true })
    for (const name of ['my quotes.csv', 'my-strategy.ts']) writeFileSync(join(folder, name), '')
  })

  /** What a real bash offers for the last of these words. */
  const offered = (...words: readonly string[]): string[] => {
    const program = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`
    const verdict = runProgram('env', [
      '-C',
      folder,
      'bash',
      '--norc',
      '-c',
      program,
      script('bash'),
      'millrace',
      ...words,
    ])
    expect(verdict).toMatchObject({ code: 0, stderr: '' })
    return verdict!.stdout.split('\n').filter(line => line !== '')
  }

  it('is asked by bash for the words of millrace', () => {
    const verdict = runProgram('bash', ['--norc', '-c', 'source "$0"; complete -p millrace', script('bash')])
    expect(verdict).toMatchObject({ code: 0, stdout: 'complete -F _millrace millrace\n', stderr: '' })
  })

  it('offers every verb', () => {
    expect(offered('')).toEqual(verbs.map(({ name }) => name))
    expect(offered('repl')).toEqual(['replay'])
  })

  it('offers every flag of a verb', async () => {
    for (const { name, load } of verbs) {
      const { flags } = await load()
      expect(offered(name, '--')).toEqual(Object.keys({ ...flags, home: {}, help: {} }).map(flag => `--${flag}`))
    }
    expect(offered('backtest', 'ema-cross', '--resu')).toEqual(['--resume'])
  })

  it.each([
    [['backtest', 'mean'], ['mean-reversion']],
    [['backtest', 'my-s'], ['my-strategy.ts']],
    [['backtest', '--regime', 't'], ['trending']],
    [
      ['backtest', '--mode', ''],
      ['fused', 'plain'],
    ],
    [
      ['backtest', '--data', 'my'],
      ['my quotes.csv', 'my-strategy.ts'],
    ],
    [['backtest', '--resume', 'ema'], ['ema-cross-2']],
    [['backtest', '--topic', 'my'], []],
    [['import', 'my q'], ['my quotes.csv']],
    [['replay', 'mean'], ['mean-reversion-1']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['new', 's'], ['strategy']],
    [['demo', 'x'], []],
  ])('offers for %j', (words, expected) => {
    expect(offered(...words).sort()).toEqual([...expected].sort())
  })

  it('knows no quote, bracket or line end of a help text that would end what it stands in', () => {
    for (const [i, line] of zsh(shape).split('\n').entries())
      expect(line.replaceAll("'\\''", '').split("'").length % 2, `line ${i}: ${line}`).toBe(1)
    for (const line of fish(shape).split('\n')) expect(line).toMatch(/^(#|complete -c millrace )|^$/)
  })

  const has = (shell: string): boolean => isOnPath(shell, readConfig().path)
  it.runIf(has('zsh'))('is read by zsh', () => {
    expect(runProgram('zsh', ['-n', script('zsh')])).toMatchObject({ code: 0, stderr: '' })
  })
  it.runIf(has('fish'))('is read by fish', () => {
    expect(runProgram('fish', ['--no-execute', script('fish')])).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(['bash', 'zsh', 'fish'])('is printed for %s', async shell => {
    const { code, stdout } = await millrace(['completion', shell], { home: folder })
    expect(code).toBe(0)
    expect(stdout.trimEnd()).toBe({ bash, zsh, fish }[shell]!(shape).trimEnd())
  })

  it('refuses a shell that it does not know', async () => {
    const { code, stderr } = await millrace(['completion', 'fissh'], { home: folder })
    expect(stderr).toContain("CLI_NAME: no shell 'fissh' (did you mean 'fish'?); there are: bash, zsh, fish")
    expect(code).toBe(2)
  })
})
