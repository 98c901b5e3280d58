import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentOf, millrace } from '../testing/millrace.ts'
import { runProgram } from '../testing/program.ts'
import { verbs } from '../verbs.ts'
import { consumer } from './testing/consumer.ts'
import { type Packed, packed } from './testing/packed.ts'

const STRATEGY = `
import { quotes, type Strategy, strategy, together } from 'millrace/engine'
import { crossover, ema, fixedSize, marketOrder, mid } from 'millrace/operators'

export const first: Strategy = strategy({
  name: 'first',
  reads: { quotes },
  params: { fast: 50, slow: 200, lots: 10 },
  graph: ({ quotes }, { fast: near, slow: far, lots }) =>
    quotes.pipe(
      mid(),
      together(price => ({ price, fast: price.pipe(ema({ length: near })), slow: price.pipe(ema({ length: far })) }),
        { on: 'slow' }),
      crossover(), fixedSize({ lots }), marketOrder({ timeInForce: 'IOC' }),
    ),
})
`.trimStart()

const DOORS = [
  'engine',
  'operators',
  'strategies',
  'models',
  'testing',
  'connectors/paper/venue',
  'connectors/file/csv',
]

const tsconfig = {
  compilerOptions: { target: 'es2024', module: 'nodenext', strict: true, noEmit: true, types: [] },
  include: ['*.ts'],
}

describe('a project that has installed the package, and no add-on', () => {
  let its: Packed
  let desk = ''
  const run = (...args: readonly string[]) =>
    millrace(args, { home: join(desk, 'home'), cwd: desk, main: join(desk, 'node_modules/.bin/millrace') })
  beforeAll(() => {
    its = packed()
    desk = consumer(its, 'desk')
    writeFileSync(join(desk, 'first.ts'), STRATEGY)
    writeFileSync(join(desk, 'tsconfig.json'), JSON.stringify(tsconfig))
  })
  afterAll(() => its.remove())

  it('checks the types of a strategy of 15 lines, and of all doors', () => {
    expect(STRATEGY.trim().split('\n')).toHaveLength(15)
    const imports = DOORS.map((door, i) => `import * as door${i} from 'millrace/${door}'`)
    writeFileSync(
      join(desk, 'doors.ts'),
      [...imports, `export const all = [${imports.map((_, i) => `door${i}`)}]`].join('\n'),
    )
    const tsc = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc')
    expect(runProgram(process.execPath, [tsc, '-p', desk])).toMatchObject({ code: 0, stdout: '' })
  })

  it('runs it with the digests that it has in the checkout, and replays it', async () => {
    const call = ['backtest', './first.ts', '--rows', '20000', '--json']
    const here = documentOf(await run(...call))
    const inCheckout = documentOf(await millrace(call, { home: join(desk, 'other'), cwd: desk }))
    expect(here).toMatchObject({ status: 'finished', digests: inCheckout.digests, orders: inCheckout.orders })
    expect(here.orders).toBeGreaterThan(100)
    expect(documentOf(await run('replay', String(here.runDir), '--json'))).toMatchObject({ equal: true })
    expect(await run('report', String(here.runDir))).toMatchObject({ code: 0 })
  })

  it('has the list of operators, with all that is written about them', async () => {
    const list = async (main?: string) =>
      documentOf(await millrace(['features', '--json'], { home: desk, ...(main ? { main } : {}) }))
    expect(await list(join(desk, 'node_modules/.bin/millrace'))).toEqual(await list())
  })

  it('imports the engine and its doors without them', () => {
    const imports = DOORS.map(door => `await import('millrace/${door}')`).join(';')
    const verdict = runProgram('env', ['-C', desk, process.execPath, '--input-type=module', '-e', imports])
    expect(verdict).toMatchObject({ code: 0, stderr: '' })
  })

  it('has the help of every verb, and completes all of them', async () => {
    for (const { name } of verbs) expect(await run(name, '--help')).toMatchObject({ code: 0, stderr: '' })
    expect((await run('completion', 'bash')).stdout).toContain("'run --health'")
  })

  it.each([
    [
      ['run', 'ema-cross', '--log', 'kafka://127.0.0.1:1'],
      ['kafkajs@2.2.4', 'lz4-napi@^2.10.0', 'fastify@', 'pino@'],
    ],
    [
      ['verify', 'x', '--log', 'kafka://127.0.0.1:1', '--with', 'questdb://127.0.0.1'],
      ['pg@^8', '@questdb/nodejs-client@^4'],
    ],
    [
      ['backtest', 'ema-cross', '--data', 'rows.parquet'],
      ['hyparquet@1.31.5', 'hyparquet-writer@^0'],
    ],
  ])('names what %j needs', async (args, packages) => {
    writeFileSync(join(desk, 'rows.parquet'), 'PAR1')
    const { code, stderr } = await run(...args)
    expect(stderr).toMatch(/^CLI_PACKAGE: \w+ needs what is not installed: npm install /)
    for (const name of packages) expect(stderr).toContain(name)
    expect(code).toBe(2)
  })
})
