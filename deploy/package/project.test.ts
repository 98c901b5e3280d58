import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentOf, millrace } from '../testing/millrace.ts'
import { runProgram } from '../testing/program.ts'
import { consumer } from './testing/consumer.ts'
import { type Packed, packed } from './testing/packed.ts'

const packages = join(import.meta.dirname, '../../node_modules')

describe('millrace new project', () => {
  let its: Packed
  let main = ''
  let desk = ''
  const run = (args: readonly string[], cwd = desk) => millrace(args, { home: '', cwd, main })
  /** A program in the folder of the project, with this Node ahead of others. */
  const inDesk = (...words: readonly string[]) =>
    runProgram('env', ['-C', desk, `PATH=${join(process.execPath, '..')}:/usr/local/bin:/usr/bin:/bin`, ...words])

  beforeAll(async () => {
    its = packed()
    main = join(consumer(its, 'tool'), 'node_modules/.bin/millrace')
    desk = join(its.folder, 'fx-desk')
    const { code, stdout, stderr } = await run(['new', 'project', 'fx-desk'], its.folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '\ncd fx-desk && npm start\n' })
    expect(stdout).toContain('strategies/first.ts\nstrategies/first.test.ts\n')
  })
  afterAll(() => its.remove())

  it('runs at once, without a registry, with the settings of its own file', () => {
    const verdict = inDesk('npm', 'start', '--silent', '--offline', '--', '--json')
    expect(verdict?.code, verdict?.stderr).toBe(0)
    const { orders, digests, runDir } = JSON.parse(verdict!.stdout)
    expect(orders).toBeGreaterThan(100)
    expect(digests).toEqual({
      input: '013f6502c49b0c25018c60f0143196f1',
      decisions: 'ab3d3da66865ec8293f5ffe740f1176c',
      orders: '62e88c73b87013c4c3ea370921e6bc34',
      fills: '0d04323fadacd0b9c2504a20439b1e34',
      state: '71f6b1e7c52e8cfcdfaadd3c0c282b0a',
    })
    expect(runDir).toContain(join(desk, '.millrace', 'runs'))
    expect(JSON.parse(inDesk('npx', '--offline', 'millrace', 'replay', runDir, '--json')!.stdout)).toMatchObject({
      equal: true,
    })
  })

  it('has a test that runs, and takes more strategies', async () => {
    const wrote = documentOf(await run(['new', 'strategy', 'carry-trade', '--json'], join(desk, 'data'))).written
    expect(wrote).toEqual(['strategies/carry-trade.ts', 'strategies/carry-trade.test.ts'])
    const verdict = inDesk('npm', 'test', '--silent', '--offline')
    expect(verdict?.stdout).toMatch(/# pass 6|ℹ pass 6/)
    expect(verdict?.code).toBe(0)
    expect(documentOf(await run(['graph', './strategies/carry-trade.ts', '--json']))).toMatchObject({
      name: 'carry-trade',
    })
  })

  it('has types that hold, once what editors need is installed, and the look of the house', () => {
    mkdirSync(join(desk, 'node_modules/@types'), { recursive: true })
    symlinkSync(join(packages, '@types/node'), join(desk, 'node_modules/@types/node'))
    const tsc = inDesk(process.execPath, join(packages, 'typescript/bin/tsc'), '--noEmit')
    expect(tsc).toMatchObject({ code: 0, stdout: '' })
    const biome = join(packages, '@biomejs/biome/bin/biome')
    const config = `--config-path=${join(packages, '../biome.json')}`
    const checked = inDesk(
      process.execPath,
      biome,
      'check',
      config,
      '--vcs-enabled=false',
      'strategies',
      'millrace.config.ts',
    )
    expect(checked?.code, checked?.stdout).toBe(0)
  })

  it('names the package that it was made by', () => {
    const { name, dependencies } = JSON.parse(readFileSync(join(desk, 'package.json'), 'utf8'))
    expect({ name, dependencies }).toEqual({
      name: 'fx-desk',
      dependencies: { millrace: 'file:../tool/node_modules/millrace' },
    })
    expect(existsSync(join(desk, dependencies.millrace.slice(5), 'engine/index.js'))).toBe(true)
  })

  it.each([
    [['project', 'fx-desk'], 'fx-desk is not empty'],
    [['project', 'Desk'], "'Desk' is not lower case with dashes"],
    [['strategy', 'x'], 'no package.json in'],
    [['strategy'], 'new takes a kind and a name; kinds: operator, strategy, connector, project'],
  ])('refuses %j', async (words, sentence) => {
    const { code, stderr } = await run(['new', ...words], its.folder)
    expect(stderr).toContain(`NEW_NAME: `)
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })

  it.each([
    [['strategy', 'first'], 'strategies/first.ts exists'],
    [['operator', 'indicators/x'], 'operator: that is for the checkout'],
    [['model', 'x'], "no kind 'model'; there are: strategy, project"],
  ])('refuses %j in a project', async (words, sentence) => {
    const { code, stderr } = await run(['new', ...words])
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })
})
