import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Call, documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
const desk = make()
const below = join(desk, 'strategies', 'drafts')
const file = join(desk, 'millrace.config.ts')
beforeAll(() => mkdirSync(below, { recursive: true }))
afterAll(remove)

const write = (text: string, folder = desk): void => writeFileSync(join(folder, 'millrace.config.ts'), text)
const run = (args: readonly string[], env: Call['env'] = {}, cwd = below) => millrace(args, { home: '', cwd, env })

interface Held {
  readonly name: string
  readonly value: string
  readonly source: string
}

const held = async (args: readonly string[], env: Call['env'] = {}): Promise<Readonly<Record<string, Held>>> => {
  const found = documentOf(await run(['config', '--json', ...args], env)).settings as readonly Held[]
  return Object.fromEntries(found.map(({ name, value, source }) => [name, { name, value, source }]))
}

describe('a setting', () => {
  beforeAll(() => write("export const config = {\n  home: 'data',\n  balance: 5000,\n  latencyMs: 2.5,\n}\n"))

  it('is said by flag, then environment, then the nearest config file above, then nobody', async () => {
    const told = await held(['--balance', '7000'], { MILLRACE_BALANCE: '6000', MILLRACE_LATENCY_MS: '3' })
    expect(told.balance).toMatchObject({ value: '7000', source: '--balance' })
    expect(told.latencyMs).toMatchObject({ value: '3', source: 'MILLRACE_LATENCY_MS' })
    expect(told.home).toMatchObject({ value: join(desk, 'data'), source: `${file}:2 (home)` })
    expect(told.health).toMatchObject({ value: 'nowhere', source: 'default' })
    expect((await held([], { MILLRACE_BALANCE: '6000' })).balance).toMatchObject({ source: 'MILLRACE_BALANCE' })
    expect((await held([])).balance).toMatchObject({ value: '5000', source: `${file}:3 (balance)` })
    expect((await held(['--home', '/tmp/x'])).home).toMatchObject({ value: '/tmp/x', source: '--home' })
  })

  it('is shown to people as a table', async () => {
    const { stdout, code } = await run(['config'])
    expect(stdout).toMatch(/^setting +value +said by +is\n/)
    expect(stdout).toContain(`config file: ${file}`)
    expect(code).toBe(0)
  })

  it('that is secret is masked, in addresses too', async () => {
    const secret = 'h0rse'
    const env = { MILLRACE_KAFKA_PASSWORD: secret, MILLRACE_LOG: `kafka://me:${secret}@broker:9092` }
    expect((await run(['config', '--json'], env)).stdout).not.toContain(secret)
    expect((await run(['config'], env)).stdout).not.toContain(secret)
    expect(await held([], env)).toMatchObject({
      kafkaPassword: { value: '********', source: 'MILLRACE_KAFKA_PASSWORD' },
      log: { value: 'kafka://me@broker:9092', source: 'MILLRACE_LOG' },
    })
  })

  it('holds for a run, which a flag overrules', async () => {
    const call = ['backtest', 'ema-cross', '--rows', '2000', '--memory', '--json']
    expect(documentOf(await run(call))).toMatchObject({ startEquity: 5000, runDir: expect.stringContaining(desk) })
    expect(documentOf(await run([...call, '--balance', '8000']))).toMatchObject({ startEquity: 8000 })
  })

  it('is not held against a run that began without it', async () => {
    const { runDir } = documentOf(await run(['backtest', 'ema-cross', '--rows', '2000', '--json']))
    const resume = ['backtest', '--resume', String(runDir), '--json']
    expect((await run(resume, { MILLRACE_BALANCE: '6000' })).code).toBe(0)
    expect((await run([...resume, '--balance', '6000'])).stderr).toContain('CLI_FLAG: a run goes on with what it began')
  })
})

describe('what is wrong is named with its place, all of it at once', () => {
  it('in the environment', async () => {
    const env = { MILLRACE_BALANCE: 'all', MILLRACE_HELTH: '1', MILLRACE_HEALTH: '70000', MILLRACE_LOG: 'broker' }
    const { code, stderr } = await run(['topics'], env)
    expect(code).toBe(2)
    expect(stderr).toContain('CLI_CONFIG: ')
    expect(stderr).toContain("MILLRACE_BALANCE is an amount above 0, found 'all'\n")
    expect(stderr).toContain("MILLRACE_HELTH is no variable of ours (did you mean 'MILLRACE_HEALTH'?); there are: MILL")
    expect(stderr).toContain("MILLRACE_HEALTH is a port, 0 to 65535, found '70000'\n")
    expect(stderr).toContain("MILLRACE_LOG is an address like kafka://host:port, found 'broker'\n")
  })

  it.each([
    [
      "{\n  balnce: 5,\n  home: '' }",
      ["config.ts:2 (balnce) is no setting (did you mean 'balance'?); there are: home", 'ts:3 (home) is a p'],
    ],
    ['{ balance: -5 }', ["config.ts:1 (balance) is an amount above 0, found '-5'"]],
    ['{ balance: [1] }', ['config.ts:1 (balance) is a text or a number, found [1]']],
    [
      "{ kafkaPassword: 'x' }",
      ['(kafkaPassword) does not belong in a file; the environment says it: MILLRACE_KAFKA_PASSWORD'],
    ],
    ['5', ['exports no config; expected: export const config: Settings = { ... }']],
    ['{ ', ['cannot load']],
  ])('in the file: %s', async (text, sentences) => {
    const folder = make()
    write(`export const config = ${text}\n`, folder)
    const { code, stderr } = await run(['topics'], {}, folder)
    for (const sentence of sentences) expect(stderr).toContain(sentence)
    expect(stderr).toContain(join(folder, 'millrace.config.ts'))
    expect(code).toBe(2)
  })

  it('when a verb is asked for: help is there without it', async () => {
    const folder = make()
    write('export const config = 5\n', folder)
    expect((await run(['--help'], {}, folder)).code).toBe(0)
    expect((await run(['topics', '--help'], {}, folder)).code).toBe(0)
  })

  it('in a flag', async () => {
    const { code, stderr } = await run(['config', '--health', '1x'])
    expect(stderr).toContain("CLI_FLAG: --health is a port, 0 to 65535, found '1x'")
    expect(code).toBe(2)
  })

  it('in a value of the environment that a verb reads', async () => {
    const { stderr } = await run(['backtest', 'ema-cross', '--rows', '100'], { MILLRACE_BALANCE: '1.0000001' }, make())
    expect(stderr).toContain('CLI_FLAG: MILLRACE_BALANCE: ')
  })
})
