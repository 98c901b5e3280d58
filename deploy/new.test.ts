import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createNew } from './new.ts'
import { createProject } from './new-project.ts'

const house = dirname(import.meta.dirname)
const leftOut = ['node_modules', '.git', '.millrace', 'coverage', 'dist']

/** A copy of the tree, with the packages of this one. */
const copyOfTheHouse = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'millrace-new-'))
  cpSync(house, copy, { recursive: true, filter: path => !leftOut.includes(basename(path)) })
  symlinkSync(join(house, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

it('a project that the checkout makes runs on the Node of the checkout, whatever the machine has', () => {
  const desk = join(mkdtempSync(join(tmpdir(), 'millrace-desk-')), 'desk')
  createProject(desk)
  const { stdout } = spawnSync(join(desk, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' })
  const { node } = JSON.parse(readFileSync(join(house, 'package.json'), 'utf8')).devDependencies
  expect(stdout).toBe(`v${node}\n`)
  rmSync(dirname(desk), { recursive: true })
})

describe('npm run new', () => {
  let root = ''
  const env = { ...process.env, NO_COLOR: '1' }
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
  const create = (...args: string[]) => node('deploy/main.ts', 'new', ...args)
  const passes = (...args: string[]) => {
    const { status, stdout, stderr } = node(...args)
    expect(status === 0 ? '' : stdout + stderr).toBe('')
  }

  beforeAll(() => {
    root = copyOfTheHouse()
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('writes one of each kind, with its test and its index line', () => {
    expect(create('operator', 'indicators/first-indicator').stdout).toBe(
      'operators/indicators/first-indicator.ts\noperators/indicators/first-indicator.test.ts\noperators/index.ts\n',
    )
    expect(create('strategy', 'first-breakout').stdout).toContain('strategies/first-breakout.ts\n')
    expect(create('connector', 'nyse/source').stdout).toBe(
      'connectors/nyse/source.ts\nconnectors/nyse/source.test.ts\n',
    )
    expect(readFileSync(join(root, 'operators/index.ts'), 'utf8')).toContain(
      "export * from './indicators/first-indicator.ts'\n",
    )
  })

  it('writes what passes types, lint and format', () => {
    passes('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json')
    passes('node_modules/@biomejs/biome/bin/biome', 'check', '.')
  })

  it('writes what passes the house, the contract suites, the doc tests and its own tests', () => {
    const suites = ['house.test', 'operators/contract', 'operators/doctest', 'strategies/contract']
    const own = ['first-indicator', 'first-breakout', 'connectors/nyse']
    passes('node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...suites, ...own)
  })

  it('puts index lines in order', () => {
    createNew(root, 'operator', 'bars/a-first')
    createNew(root, 'operator', 'volume/z-last')
    const index = readFileSync(join(root, 'operators/index.ts'), 'utf8')
    const lines = index.split('\n').filter(line => line.startsWith('export'))
    expect([lines.at(0), lines.at(-1)]).toEqual([
      "export * from './bars/a-first.ts'",
      "export * from './volume/z-last.ts'",
    ])
  })

  it.each([
    [['operator', 'indicators/rsi'], 'operators/indicators/rsi.ts exists, and the index knows each name once'],
    [['operator', 'book/rsi'], 'operators/indicators/rsi.ts exists, and the index knows each name once'],
    [['operator', 'indicator/x'], "no subject 'indicator'; there are: bars, book, checks, cross"],
    [['operator', 'rsi'], "an operator is named subject/name, found 'rsi'"],
    [['operator', 'indicators/Rsi'], "'Rsi' is not lower case with dashes"],
    [['operator', 'indicators/rsi/fast'], "an operator is named subject/name, found 'indicators/rsi/fast'"],
    [['operator', 'indicators/default'], "'default' is taken"],
    [['strategy', '../x'], "'../x' is not lower case with dashes"],
    [['strategy', 'index'], "'index' is taken"],
    [['connector', 'file/csv'], 'connectors/file/csv.ts exists'],
    [['model', 'x'], "no kind 'model'; there are: operator, strategy, connector"],
  ])('refuses %j', (args, sentence) => {
    const { status, stderr } = create(...args)
    expect(stderr).toContain(sentence)
    expect(stderr).toContain('see millrace new --help')
    expect(status).toBe(2)
  })

  it('refuses with NEW_NAME', () => {
    expect(() => createNew(root, 'model', 'x')).toThrow(expect.objectContaining({ code: 'NEW_NAME', family: 'usage' }))
  })

  it('helps', () => {
    const { status, stdout } = create('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('millrace new operator indicators/rsi')
    expect(create().status).toBe(2)
    expect(create('operator').stderr).toContain('kinds: operator, strategy, connector, project')
  })
})
